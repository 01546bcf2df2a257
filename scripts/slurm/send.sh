# Completes and sends what lies in the spool: a part of kanjo-slurm, which stands beside it and says what is where.
# shellcheck shell=sh disable=SC2154

# Asks sacct for what records lack. What has no GPU isn't billed; what sacct doesn't tell waits on.
complete() {
    find "$waiting" -name '*.open' -type f | while IFS= read -r record; do
        key=${record##*/} key=${key%.started.open}
        look "${key%.*}" "${key##*.}" || continue
        if [ "$gpus" = 0 ]; then
            rm -f "$record" "$stops/$key"
        else
            sed "s/@GPUS@/$gpus/" "$record" | keep "$waiting/$key.started.json" && rm -f "$record"
        fi
    done
    grep -rl @OUTCOME@ "$stops" 2>/dev/null | while IFS= read -r record; do
        key=${record##*/}
        settle "${key%.*}" "${key##*.}" "$record" || continue
        full=$(sed "s/@OUTCOME@/$outcome/" "$record")
        printf '%s\n' "$full" | overwrite "$record"
    done
    find "$orphans" -type f 2>/dev/null | while IFS= read -r record; do
        key=${record##*/}
        look "${key%.*}" || continue
        [ "$gpus" != 0 ] || { rm -f "$record"; continue; }
        seconds "$start" && [ "$start" -le "${key##*.}" ] || continue
        outcome || outcome=@OUTCOME@
        sed "s/@OUTCOME@/$outcome/; s/@START@/$start/g" "$record" | overwrite "$stops/${key%.*}.$start" &&
            sync "$stops" && rm -f "$record"
    done
}

# The outcome of an attempt, from its row, or an error when its row doesn't come for very long.
settle() {
    state='' exit=''
    ! look "$1" "$2" || ! outcome || return 0
    age=$((now - $(date -r "$3" +%s)))
    [ "$age" -ge "${KANJO_SACCT_SECONDS:-86400}" ] || return 1
    say "sacct says no end of job $1 after $age s; its outcome is called an error"
    outcome='"outcome":"error"'
}

# Names of the records that are complete, the oldest first.
complete_records() {
    find "$waiting" "$stops" -type f ! -name '*.new.*' ! -name '*.open' -printf '%T@ %p\n' 2>/dev/null | sort -n |
        cut -d ' ' -f 2- | while IFS= read -r record; do
            case $(cat "$record" 2>/dev/null) in
                '' | *@OUTCOME@*) ;;
                '{'*'}}') printf '%s\n' "$record" ;;
                *) say "$record is no whole record; reconcile with sacct's list" ;;
            esac
        done
}

# Sends one record; false when the server isn't to be asked again now.
send_one() {
    # Without a file of its own: the disk may be full.
    answer=$(curl --silent --max-time "${KANJO_SECONDS:-10}" --config "$KANJO_KEY_FILE" --write-out ' %{http_code}' \
        --header 'Content-Type: application/cloudevents+json' --data-binary "@$1" "$KANJO_URL/events/") || answer=' 000'
    status=${answer##* }
    case $status in
        200) rm -f "$1" ;;
        207 | 400 | 413 | 422)
            say "the server doesn't take $1 ($status): $(printf %.500s "$answer"); it is kept in $rejected"
            mkdir -p "$rejected" && mv "$1" "$rejected/" && sync "$rejected" ;;
        *)
            say "the server at $KANJO_URL doesn't answer as it should ($status); what waits is sent later"
            return 1 ;;
    esac
}

# Sends every record that is complete; false when any waits on. Two at once do no harm: a record that comes twice is
# known as the same.
send() {
    [ -d "$spool" ] || return 0
    mkdir -p "$waiting" "$stops" "$orphans" "$rejected" || :
    find "$spool" -type f -name '*.new.*' -mmin +60 -exec rm -f {} +
    # They are this epilog's own job's.
    unset SLURM_JOB_EXIT_CODE SLURM_JOB_EXIT_CODE2
    complete
    complete_records | while IFS= read -r record; do
        [ ! -e "$record" ] || send_one "$record" || exit 1
    done
    [ "$(unsent | wc -l)" -eq 0 ]
}
