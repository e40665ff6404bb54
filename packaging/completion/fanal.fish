# Made by tests/cli_papers.py from the parser.
function __fanal_at -a command place -d 'whether that command stands there, and (if given) so many words'
    set -l typed (commandline -opc)
    test "$typed[2]" = "$command"; and test -z "$place" -o (count $typed) = "$place"
end
complete -c fanal -f
complete -c fanal -n __fish_use_subcommand -l help -l version
complete -c fanal -n __fish_use_subcommand -a status -d 'what Fanal sees now'
complete -c fanal -n '__fanal_at status' -l help
complete -c fanal -n '__fanal_at status' -l json
complete -c fanal -n __fish_use_subcommand -a log -d 'what has happened, oldest first'
complete -c fanal -n '__fanal_at log' -l help
complete -c fanal -n '__fanal_at log' -l json
complete -c fanal -n __fish_use_subcommand -a check -d 'look once, now, without keeping anything'
complete -c fanal -n '__fanal_at check 2' -a 'bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom'
complete -c fanal -n '__fanal_at check' -l help
complete -c fanal -n '__fanal_at check' -l json
complete -c fanal -n __fish_use_subcommand -a explain -d 'why a platform is judged as it is, witness by witness'
complete -c fanal -n '__fanal_at explain 2' -a 'bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom'
complete -c fanal -n '__fanal_at explain' -l help
complete -c fanal -n __fish_use_subcommand -a complain -d 'say that a platform does not work for you: Fanal asks about it at once'
complete -c fanal -n '__fanal_at complain 2' -a 'bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom'
complete -c fanal -n '__fanal_at complain' -l help
complete -c fanal -n __fish_use_subcommand -a pause -d 'ask nobody until you say: resume'
complete -c fanal -n '__fanal_at pause' -l help
complete -c fanal -n __fish_use_subcommand -a resume -d 'go on watching'
complete -c fanal -n '__fanal_at resume' -l help
complete -c fanal -n __fish_use_subcommand -a mute -d 'give no notices for a while'
complete -c fanal -n '__fanal_at mute 2' -a '1h 4h tomorrow ever off 90m'
complete -c fanal -n '__fanal_at mute' -l help
complete -c fanal -n __fish_use_subcommand -a snooze -d 'leave a platform out of icon and notices for a while'
complete -c fanal -n '__fanal_at snooze 2' -a 'bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom'
complete -c fanal -n '__fanal_at snooze 3' -a '1h 4h 8h off 90m'
complete -c fanal -n '__fanal_at snooze' -l help
complete -c fanal -n __fish_use_subcommand -a back -d 'be told when a platform is back'
complete -c fanal -n '__fanal_at back 2' -a 'bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom'
complete -c fanal -n '__fanal_at back 3' -a 'off'
complete -c fanal -n '__fanal_at back' -l help
complete -c fanal -n __fish_use_subcommand -a record -d 'write what was seen to a file, to be replayed elsewhere'
complete -c fanal -n '__fanal_at record' -l help
complete -c fanal -n '__fanal_at record' -l follow
complete -c fanal -n __fish_use_subcommand -a replay -d 'say what Fanal makes of recorded evidence; nobody is asked'
complete -c fanal -n '__fanal_at replay' -l help
complete -c fanal -n '__fanal_at replay' -l json
complete -c fanal -n '__fanal_at replay' -l speed
complete -c fanal -n __fish_use_subcommand -a demo -d 'see Fanal at work on an outage of the past, in two minutes; nobody is asked'
complete -c fanal -n '__fanal_at demo' -l help
complete -c fanal -n '__fanal_at demo' -l speed
complete -c fanal -n '__fanal_at demo' -l inside
complete -c fanal -n __fish_use_subcommand -a doctor -d 'look whether this computer has all that Fanal needs'
complete -c fanal -n '__fanal_at doctor' -l help
complete -c fanal -n __fish_use_subcommand -a config -d 'the settings'
complete -c fanal -n '__fanal_at config 2' -a 'check path edit set reload'
complete -c fanal -n '__fanal_at config 3' -a 'platforms language privacy.outside privacy.reports privacy.country notices.give notices.heed_desktop notices.quiet notices.sound notices.remind_minutes look.theme look.scale'
complete -c fanal -n '__fanal_at config' -l help
complete -c fanal -n __fish_use_subcommand -a setup -d 'answer the first questions here, in the terminal'
complete -c fanal -n '__fanal_at setup' -l help
complete -c fanal -n __fish_use_subcommand -a window -d 'open the window of the log'
complete -c fanal -n '__fanal_at window' -l help
complete -c fanal -n __fish_use_subcommand -a settings -d 'open the window of the settings'
complete -c fanal -n '__fanal_at settings 2' -a 'first add'
complete -c fanal -n '__fanal_at settings' -l help
complete -c fanal -n __fish_use_subcommand -a autostart -d 'whether Fanal starts when you log in'
complete -c fanal -n '__fanal_at autostart 2' -a 'on off status'
complete -c fanal -n '__fanal_at autostart' -l help
complete -c fanal -n __fish_use_subcommand -a stop -d 'end the Fanal that is running'
complete -c fanal -n '__fanal_at stop' -l help
complete -c fanal -n __fish_use_subcommand -a quit -d 'end the Fanal that is running'
complete -c fanal -n '__fanal_at quit' -l help
