/**
 * Runs the command that follows the folder, passes on a request to end, and records in the folder that it started and
 * with what status it exited. Fixed text: what varies comes as arguments, which no shell reads. A background command's
 * wait ends early when a signal comes, so it is repeated until the command is gone.
 */
const script = `
folder=$1
shift
: > "$folder/started"
"$@" &
command=$!
trap 'kill -TERM "$command" 2> /dev/null' TERM INT HUP
while :; do
  wait "$command"
  status=$?
  kill -0 "$command" 2> /dev/null || break
done
echo "$status" > "$folder/exit-status"
`;

/** The argument vector that runs `command` and records its end in `folder`. */
export function recordingExit(folder: string, command: readonly string[]): [program: string, arguments_: string[]] {
  return ['/bin/sh', ['-c', script, 'griffin-attempt', folder, ...command]];
}
