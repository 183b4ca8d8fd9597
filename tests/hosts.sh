#!/bin/sh
# Starts processes from every kind of program: a worker is a second copy of the program, so each kind is started in its own way.
# Prints a table; fails when one fails. Takes minutes: every kind is built afresh. Needs the network only for what NuGet has not cached.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/braid hosts ä.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

check() { # name, then the command; it must print 42 within its time
    name=$1
    shift
    if answer=$(timeout -s KILL 300 "$@" 2>"$work/errors") && [ "$(printf '%s\n' "$answer" | tail -n 1)" = 42 ]; then
        printf '%-52s ok\n' "$name"
    else
        printf '%-52s FAILED: %s\n' "$name" "$(printf '%s\n' "$answer" | tail -n 1)"
        sed 's/^/    /' "$work/errors" | tail -n 15
        failed=1
    fi
}

skip() { printf '%-52s skipped: %s\n' "$1" "$2"; }

cat >"$work/Directory.Build.props" <<END
<Project>
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <UseArtifactsOutput>false</UseArtifactsOutput>
  </PropertyGroup>
</Project>
END
program='Console.WriteLine(Braid.Multiprocessing.Process.Run(static () => 40 + Braid.Multiprocessing.Process.Run(static () => 2)));'

mkdir "$work/app ü"
cat >"$work/app ü/app ü.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>
  <ItemGroup><ProjectReference Include="$root/src/Braid/Braid.csproj" /></ItemGroup>
</Project>
END
printf '%s\n' "$program" >"$work/app ü/Program.cs"
if ! dotnet build "$work/app ü" -o "$work/built ö" -v q >"$work/errors" 2>&1; then
    cat "$work/errors"
    exit 1
fi

check "its own executable" "$work/built ö/app ü"
check "dotnet app.dll" dotnet "$work/built ö/app ü.dll"
check "dotnet exec app.dll, with arguments" dotnet exec "$work/built ö/app ü.dll" one "two three"
check "started by a relative path" sh -c 'cd "$1" && dotnet "built ö/app ü.dll"' - "$work"
check "its own executable, in another folder" sh -c 'cd / && "$1"' - "$work/built ö/app ü"
check "a link to its own executable" sh -c 'ln -s "$1" "$2" && "$2"' - "$work/built ö/app ü" "$work/link"
check "dotnet run" dotnet run --no-build --project "$work/app ü" -p:OutputPath="$work/built ö/"

mkdir "$work/single"
printf '#:project %s\n#:property PublishAot=false\n%s\n' "$root/src/Braid" "$program" >"$work/single/file.cs"
check "dotnet run file.cs" dotnet run --no-cache "$work/single/file.cs"

publish() { # name, then the options
    name=$1
    shift
    if dotnet publish "$work/app ü" -o "$work/published" -v q "$@" >"$work/errors" 2>&1; then
        check "$name" "$work/published/app ü"
    elif grep -qE 'NU1101|NU1301|NU1102|NETSDK1(094|112)' "$work/errors"; then
        skip "$name" "its packages cannot be fetched here"
    else
        printf '%-52s FAILED to publish\n' "$name"
        sed 's/^/    /' "$work/errors" | tail -n 15
        failed=1
    fi

    rm -rf "$work/published"
}

rid=$(dotnet --info | sed -n 's/^ *RID: *//p')
publish "published, one file" -r "$rid" --self-contained false -p:PublishSingleFile=true
publish "published, one file with the runtime in it" -r "$rid" --self-contained true -p:PublishSingleFile=true
exit $failed
