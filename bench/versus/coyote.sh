#!/usr/bin/env bash
# Measures Coyote and Braid's checker on the same programs, in turn. Coyote runs in a temporary project: neither it nor its packages become part
# of this solution.
#   bench/versus/coyote.sh [SCHEDULES [ROUNDS]]
# Braid's checker runs five times as many schedules, in about the time of Coyote's or less.
# Coyote 1.7.11 is built for .NET 8 and runs on .NET 10 as it is. Its rewriter, which is not public, is called by reflection, so that no tool is needed.
# It does not know the overloads of Task.WaitAll and Task.WhenAll with a span, which .NET 9 added and C# prefers: the programs pass arrays.
set -euo pipefail
schedules=${1:-20000}
rounds=${2:-5}
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
dotnet build -c Release -v q --nologo "$root/bench/versus/Checker" >&2
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export COYOTE_CLI_TELEMETRY_OPTOUT=1

cat > Side.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>
    <NoWarn>$(NoWarn);NU1603</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Coyote" Version="1.7.11" />
    <PackageReference Include="Microsoft.Coyote.Test" Version="1.7.11" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs <<'PROGRAM'
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.Coyote;
using Microsoft.Coyote.Rewriting;
using Microsoft.Coyote.SystematicTesting;

if (args is ["rewrite", var path])
{
    Rewrite(path);
    return;
}

uint schedules = uint.Parse(args[0], CultureInfo.InvariantCulture);
int rounds = int.Parse(args[1], CultureInfo.InvariantCulture);
Console.Error.WriteLine($"Coyote {typeof(TestingEngine).Assembly.GetName().Version} on .NET {Environment.Version}, {schedules:n0} schedules.");
Measure("critical sections, Thread", Bodies.ThreadsLock);
Measure("critical sections, Task.Run", Bodies.TasksLock);
Measure("critical sections, Task.Run, awaited", Bodies.TasksLockAsync);
Measure("interlocked, Task.Run", Bodies.TasksIncrement);
Measure("Monitor.Wait and Pulse, Task.Run", Bodies.TasksHandOver);

void Measure(string name, Delegate body)
{
    Run(body, Math.Max(schedules / 10, 1));
    var rates = new List<double>();
    double steps = 0;
    string remarks = "";
    for (int round = 0; round < rounds; round++)
    {
        (double rate, steps, remarks) = Run(body, schedules);
        rates.Add(rate);
    }

    rates.Sort();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"coyote\t{name}\t{rates[rounds / 2]:f0}\t{steps:n1} steps in a schedule {remarks}"));
}

static (double Rate, double Steps, string Remarks) Run(Delegate body, uint schedules)
{
    Configuration configuration = Configuration.Create()
        .WithTestingIterations(schedules)
        .WithRandomStrategy()
        .WithRandomGeneratorSeed(1)
        .WithTelemetryEnabled(false);
    using TestingEngine engine = body is Func<Task> asynchronous ? TestingEngine.Create(configuration, asynchronous) : TestingEngine.Create(configuration, (Action)body);
    TextWriter console = Console.Out;
    Console.SetOut(TextWriter.Null);
    long start = Stopwatch.GetTimestamp();
    engine.Run();
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    Console.SetOut(console);
    TestReport report = engine.TestReport;
    int done = report.NumOfExploredFairPaths + report.NumOfExploredUnfairPaths;
    IEnumerable<string> remarks = report.UncontrolledInvocations.Select(call => $"does not control {call}")
        .Concat(report.BugReports)
        .Concat(report.InternalErrors)
        .Concat(done == schedules ? [] : [$"ended after {done} schedules"]);
    return (done / seconds, (report.TotalExploredFairSteps + report.TotalExploredUnfairSteps) / (double)done, string.Join("; ", remarks));
}

static void Rewrite(string path)
{
    const BindingFlags any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    Assembly test = typeof(TestingEngine).Assembly;
    Type options = test.GetType("Microsoft.Coyote.Rewriting.RewritingOptions", throwOnError: true);
    object chosen = options.GetMethod("Create", any).Invoke(null, null);
    Set("AssembliesDirectory", Path.GetDirectoryName(path));
    Set("OutputDirectory", Path.GetDirectoryName(path));
    Set("AssemblyPaths", new HashSet<string> { path });
    MethodInfo run = test.GetType("Microsoft.Coyote.Rewriting.RewritingEngine", throwOnError: true).GetMethods(any).Single(method => method.Name == "Run" && method.IsStatic);
    Configuration configuration = Configuration.Create().WithTelemetryEnabled(false).WithConsoleLoggingEnabled();
    object[] arguments = [.. run.GetParameters().Select(parameter => parameter.ParameterType == options ? chosen : parameter.ParameterType == typeof(Configuration) ? configuration : Make(parameter.ParameterType))];
    run.Invoke(null, arguments);

    void Set(string name, object value) => options.GetProperty(name, any).SetValue(chosen, value);

    object Make(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors(any).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.ParameterType == typeof(Configuration) ? configuration : parameter.HasDefaultValue ? parameter.DefaultValue : null)]);
    }
}

static class Bodies
{
    public static void ThreadsLock()
    {
        var counter = new Counter();
        var first = new Thread(counter.LockTwice);
        var second = new Thread(counter.LockTwice);
        first.Start();
        second.Start();
        first.Join();
        second.Join();
    }

    public static void TasksLock()
    {
        var counter = new Counter();
        Task.WaitAll(new[] { Task.Run(counter.LockTwice), Task.Run(counter.LockTwice) });
    }

    public static async Task TasksLockAsync()
    {
        var counter = new Counter();
        await Task.WhenAll(new[] { Task.Run(counter.LockTwice), Task.Run(counter.LockTwice) });
    }

    public static void TasksIncrement()
    {
        var counter = new Counter();
        Task.WaitAll(new[] { Task.Run(counter.IncrementEightTimes), Task.Run(counter.IncrementEightTimes) });
    }

    public static void TasksHandOver()
    {
        var counter = new Counter();
        Task.WaitAll(new[] { Task.Run(counter.Take), Task.Run(counter.Give) });
    }
}

class Counter
{
    private readonly object _gate = new();
    private int _value;

    public void LockTwice()
    {
        for (int i = 0; i < 2; i++)
        {
            lock (_gate)
            {
                _value++;
            }
        }
    }

    public void IncrementEightTimes()
    {
        for (int i = 0; i < 8; i++)
        {
            Interlocked.Increment(ref _value);
        }
    }

    public void Take()
    {
        lock (_gate)
        {
            while (_value == 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    public void Give()
    {
        lock (_gate)
        {
            _value++;
            Monitor.Pulse(_gate);
        }
    }
}
PROGRAM

dotnet build -c Release -v q -nologo -o plain > build.log || { cat build.log >&2; exit 1; }
cp -r plain rewritten
dotnet plain/Side.dll rewrite "$folder/rewritten/Side.dll" >&2
for ((round = 0; round < rounds; round++)); do
    dotnet rewritten/Side.dll "$schedules" 1 >> rates
    dotnet "$root/artifacts/bin/Checker/release/Checker.dll" --same --schedules $((schedules * 5)) >> rates
done

python3 - <<'TABLE'
import collections, statistics
rates, remarks = collections.defaultdict(list), {}
for line in open("rates"):
    side, name, rate, *remark = line.rstrip("\n").split("\t")
    rates[name, side].append(float(rate))
    if remark:
        remarks[name] = remark[0]
print("| what | Braid's checker, schedules/s | Coyote 1.7.11, schedules/s | ratio | of Coyote |")
print("|---|---:|---:|---:|---|")
for name in remarks:
    braid, coyote = (statistics.median(rates[name, side]) for side in ("braid", "coyote"))
    print(f"| {name} | {braid:,.0f} | {coyote:,.0f} | {braid / coyote:.1f}x | {remarks[name]} |")
TABLE
