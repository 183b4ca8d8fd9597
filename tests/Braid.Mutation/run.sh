#!/usr/bin/env bash
# Runs the mutants of one area against the tests that are about it: run.sh Waiting|Threading|Queues|Pool [options of dotnet stryker].
# The report stands in artifacts/mutation/AREA; docs/mutation.md says how to read it, and what survives for good reasons.
set -euo pipefail
cd "$(dirname "$0")"
area=${1:?Waiting, Threading, Queues or Pool}
shift
export MutationArea=$area   # Braid.Mutation.csproj chooses the tests by it
case $area in
  Pool) files='**/Multiprocessing/Pool/*.cs' ;;
  *) files="**/src/Braid/$area/*.cs" ;;
esac
dotnet tool restore
dotnet stryker --mutate "$files" --output "../../artifacts/mutation/$area" "$@"
