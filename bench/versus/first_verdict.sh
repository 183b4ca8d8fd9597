#!/usr/bin/env bash
# Measures how long it takes from the command to the first verdict: with the tool as it is installed, and from the sources.
#   bench/versus/first_verdict.sh [ROUNDS]
# Cold is the first check after the installation: whatever the tool keeps of the programs that it compiles is not there yet. What it keeps is
# in a folder of this measurement's own. The machine's file cache is as it is.
set -euo pipefail
rounds=${1:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
dotnet pack src/Braid.Cli -c Release -v q --nologo -o "$folder/packages" >&2
version=$(basename "$folder"/packages/Braid.Cli.*.nupkg .nupkg)
printf '<configuration><packageSources><clear /><add key="here" value="%s" /></packageSources></configuration>' "$folder/packages" > "$folder/nuget.config"
dotnet tool install Braid.Cli --version "${version#Braid.Cli.}" --tool-path "$folder/tool" --configfile "$folder/nuget.config" >&2
export XDG_DATA_HOME="$folder/data"
mkdir "$XDG_DATA_HOME"
sample=samples/checks/lost_update.cs

# Seconds from the start to the end of a command that finds a fault.
seconds() {
  local began=$EPOCHREALTIME
  ! "$@" > "$folder/report" || { cat "$folder/report" >&2; return 1; }
  grep -q '^lost update' "$folder/report"
  awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", to - from }'
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# Runs a command some times, and prints its median.
each() { for ((round = 0; round < rounds; round++)); do seconds "$@"; done | median; }

echo '| from the command to the verdict | seconds | wanted |'
echo '|---|---:|---:|'
echo "| the installed tool, cold | $(seconds "$folder/tool/braid" check $sample) | 5 |"
echo "| the installed tool, warm, median of $rounds | $(each "$folder/tool/braid" check $sample) | 2 |"
dotnet build src/Braid.Cli -v q --nologo >&2
echo "| dotnet run --project src/Braid.Cli, built, median of $rounds | $(each dotnet run --project src/Braid.Cli -- check $sample) | 5 |"
