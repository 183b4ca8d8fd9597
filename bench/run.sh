#!/usr/bin/env bash
# Runs the benchmarks and, where python3 is there, CPython's side of them. Pass BenchmarkDotNet arguments to run some: bench/run.sh --filter '*Queue*'
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet run -c Release --project bench/Braid.Benchmarks -- "$@"
dotnet run -c Release --project bench/versus/Processes   # across processes, with CPython's side
dotnet run -c Release --project bench/versus/Loop        # the event loop, with CPython's side
if command -v python3 >/dev/null; then
  python3 bench/versus/queue_python.py
  python3 bench/versus/pickle_python.py
fi
