# Made by tests/cli_papers.py from the parser.
_fanal() {
    local words cur="${COMP_WORDS[COMP_CWORD]}"
    case "${COMP_WORDS[1]}:$COMP_CWORD" in
        *:1) words="status log check explain complain pause resume mute snooze back record replay demo doctor config setup window settings autostart stop quit --help --version" ;;
        status:*) words="-h --help --json" ;;
        log:*) words="-h --help --json" ;;
        check:2) words="bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom -h --help --json" ;;
        check:*) words="-h --help --json" ;;
        explain:2) words="bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom -h --help" ;;
        explain:*) words="-h --help" ;;
        complain:2) words="bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom -h --help" ;;
        complain:*) words="-h --help" ;;
        pause:*) words="-h --help" ;;
        resume:*) words="-h --help" ;;
        mute:2) words="1h 4h tomorrow ever off 90m -h --help" ;;
        mute:*) words="-h --help" ;;
        snooze:2) words="bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom -h --help" ;;
        snooze:3) words="1h 4h 8h off 90m -h --help" ;;
        snooze:*) words="-h --help" ;;
        back:2) words="bluesky claude cloudflare discord facebook github gmail google instagram linkedin mastodon messenger meta-business microsoft365 netflix openai outlook pinterest reddit signal snapchat spotify telegram threads tiktok twitch whatsapp wikipedia x youtube zoom -h --help" ;;
        back:3) words="off -h --help" ;;
        back:*) words="-h --help" ;;
        record:2) words="-h --help --follow" ;;
        record:*) words="-h --help --follow" ;;
        replay:2) words="-h --help --json --speed" ;;
        replay:*) words="-h --help --json --speed" ;;
        demo:2) words="-h --help --speed --inside" ;;
        demo:*) words="-h --help --speed --inside" ;;
        doctor:*) words="-h --help" ;;
        config:2) words="check path edit set reload -h --help" ;;
        config:3) words="platforms language privacy.outside privacy.reports privacy.country notices.give notices.heed_desktop notices.quiet notices.sound notices.remind_minutes look.theme look.scale -h --help" ;;
        config:4) words="-h --help" ;;
        config:*) words="-h --help" ;;
        setup:*) words="-h --help" ;;
        window:*) words="-h --help" ;;
        settings:2) words="first add -h --help" ;;
        settings:*) words="-h --help" ;;
        autostart:2) words="on off status -h --help" ;;
        autostart:*) words="-h --help" ;;
        stop:*) words="-h --help" ;;
        quit:*) words="-h --help" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _fanal fanal
