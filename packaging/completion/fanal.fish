# Made by tests/cli_papers.py from the parser.
complete -c fanal -f
complete -c fanal -n __fish_use_subcommand -l help -l version
complete -c fanal -n __fish_use_subcommand -a status -d 'what Fanal sees now'
complete -c fanal -n '__fish_seen_subcommand_from status' -l help
complete -c fanal -n '__fish_seen_subcommand_from status' -l json
complete -c fanal -n __fish_use_subcommand -a log -d 'what has happened, oldest first'
complete -c fanal -n '__fish_seen_subcommand_from log' -l help
complete -c fanal -n '__fish_seen_subcommand_from log' -l json
complete -c fanal -n __fish_use_subcommand -a check -d 'look once, now, without keeping anything'
complete -c fanal -n '__fish_seen_subcommand_from check' -l help
complete -c fanal -n '__fish_seen_subcommand_from check' -l json
complete -c fanal -n __fish_use_subcommand -a explain -d 'why a platform is judged as it is, witness by witness'
complete -c fanal -n '__fish_seen_subcommand_from explain; and test (count (commandline -opc)) -eq 2' -a 'discord facebook instagram messenger threads whatsapp'
complete -c fanal -n '__fish_seen_subcommand_from explain' -l help
complete -c fanal -n __fish_use_subcommand -a complain -d 'say that a platform does not work for you: Fanal asks about it at once'
complete -c fanal -n '__fish_seen_subcommand_from complain; and test (count (commandline -opc)) -eq 2' -a 'discord facebook instagram messenger threads whatsapp'
complete -c fanal -n '__fish_seen_subcommand_from complain' -l help
complete -c fanal -n __fish_use_subcommand -a pause -d 'ask nobody until you say: resume'
complete -c fanal -n '__fish_seen_subcommand_from pause' -l help
complete -c fanal -n __fish_use_subcommand -a resume -d 'go on watching'
complete -c fanal -n '__fish_seen_subcommand_from resume' -l help
complete -c fanal -n __fish_use_subcommand -a mute -d 'give no notices for a while'
complete -c fanal -n '__fish_seen_subcommand_from mute; and test (count (commandline -opc)) -eq 2' -a '1h 4h tomorrow ever off 90m'
complete -c fanal -n '__fish_seen_subcommand_from mute' -l help
complete -c fanal -n __fish_use_subcommand -a snooze -d 'leave a platform out of icon and notices for a while'
complete -c fanal -n '__fish_seen_subcommand_from snooze; and test (count (commandline -opc)) -eq 2' -a 'discord facebook instagram messenger threads whatsapp'
complete -c fanal -n '__fish_seen_subcommand_from snooze; and test (count (commandline -opc)) -eq 3' -a '1h 4h 8h off 90m'
complete -c fanal -n '__fish_seen_subcommand_from snooze' -l help
complete -c fanal -n __fish_use_subcommand -a back -d 'be told when a platform is back'
complete -c fanal -n '__fish_seen_subcommand_from back; and test (count (commandline -opc)) -eq 2' -a 'discord facebook instagram messenger threads whatsapp'
complete -c fanal -n '__fish_seen_subcommand_from back; and test (count (commandline -opc)) -eq 3' -a 'off'
complete -c fanal -n '__fish_seen_subcommand_from back' -l help
complete -c fanal -n __fish_use_subcommand -a doctor -d 'look whether this computer has all that Fanal needs'
complete -c fanal -n '__fish_seen_subcommand_from doctor' -l help
complete -c fanal -n __fish_use_subcommand -a config -d 'the settings'
complete -c fanal -n '__fish_seen_subcommand_from config; and test (count (commandline -opc)) -eq 2' -a 'check path edit'
complete -c fanal -n '__fish_seen_subcommand_from config' -l help
complete -c fanal -n __fish_use_subcommand -a autostart -d 'whether Fanal starts when you log in'
complete -c fanal -n '__fish_seen_subcommand_from autostart; and test (count (commandline -opc)) -eq 2' -a 'on off status'
complete -c fanal -n '__fish_seen_subcommand_from autostart' -l help
complete -c fanal -n __fish_use_subcommand -a stop -d 'end the Fanal that is running'
complete -c fanal -n '__fish_seen_subcommand_from stop' -l help
complete -c fanal -n __fish_use_subcommand -a quit -d 'end the Fanal that is running'
complete -c fanal -n '__fish_seen_subcommand_from quit' -l help
