#:project ../src/Braid/Braid.csproj
#:package Spectre.Console

// A hundred inputs for a function that cannot be trusted: some make it hang, some crash it, some exhaust the memory.
// Each runs in a process with a time limit and a memory limit. All the others finish, and a table says what happened to each.
//   dotnet run samples/kill_the_hung.cs
using System.Diagnostics;
using Spectre.Console;

var options = new Futures.ProcessPoolOptions
{
    TaskTimeout = TimeSpan.FromSeconds(2),
    MemoryLimit = 300_000_000,
    Output = (line, isError) => { },   // what crashing calls print is shown below, with their input
};

var clock = Stopwatch.StartNew();
var outcomes = new SortedDictionary<int, string>();
using (var pool = new Futures.ProcessPoolExecutor(options))
{
    var calls = Enumerable.Range(1, 100).ToDictionary(
        input => (Futures.Future)pool.Submit(() => Untrusted.PrimesUpTo(input)),
        input => input);
    await AnsiConsole.Progress().StartAsync(async screen =>
    {
        ProgressTask bar = screen.AddTask("inputs", maxValue: calls.Count);
        await foreach (Futures.Future call in Futures.Future.AsCompletedAsync(calls.Keys))
        {
            outcomes[calls[call]] = Outcome((Futures.Future<int>)call);
            bar.Increment(1);
        }
    });

    Multiprocessing.PoolFigures figures = pool.Figures;
    Console.WriteLine(
        $"{figures.Done} done, {figures.Failed} failed, {figures.Restarts} processes replaced, in {clock.Elapsed.TotalSeconds:f1} s");
}

var table = new Table().AddColumns("input", "what happened");
foreach ((int input, string outcome) in outcomes.Where(outcome => !outcome.Value.EndsWith("primes", StringComparison.Ordinal)))
{
    table.AddRow(input.ToString(), Markup.Escape(outcome));
}

table.AddRow("the others", $"{outcomes.Count(outcome => outcome.Value.EndsWith("primes", StringComparison.Ordinal))} results");
AnsiConsole.Write(table);

bool isRight = outcomes.Count == 100 && outcomes.All(outcome => outcome.Value.StartsWith(Expected(outcome.Key), StringComparison.Ordinal));
Console.WriteLine(isRight ? "Every input has the outcome it should have." : "Some input has another outcome than it should have.");
return isRight ? 0 : 1;

static string Outcome(Futures.Future<int> call) => call.Exception() switch
{
    null => $"{call.Result()} primes",
    Multiprocessing.TaskTimeoutException late => $"hung: killed after {late.Worker.Duration.TotalSeconds:f1} s",
    Multiprocessing.MemoryLimitException greedy => $"ate memory: more than {greedy.Limit / 1_000_000} MB",
    Multiprocessing.WorkerCrashedException crash =>
        $"crashed: signal {crash.Worker.Signal}, \"{crash.Worker.ErrorOutput.Split('\n').Skip(1).FirstOrDefault()?.Trim()}\"",
    Multiprocessing.WorkerExitedException exit => $"left: exit code {exit.Worker.ExitCode}",
    Exception failure => $"threw: {failure.GetType().Name}, {failure.Message}",
};

static string Expected(int input) => Untrusted.TrapOf(input) switch
{
    Trap.Hang => "hung",
    Trap.Eat => "ate memory",
    Trap.Crash => "crashed",
    Trap.Leave => "left",
    Trap.Throw => "threw",
    _ => $"{Untrusted.CountPrimes(input)} primes",
};

internal enum Trap
{
    None,
    Hang,
    Eat,
    Crash,
    Leave,
    Throw,
}

internal static class Untrusted
{
    public static Trap TrapOf(int input) => (input % 20) switch
    {
        3 => Trap.Hang,
        7 => Trap.Crash,
        11 => Trap.Eat,
        13 => Trap.Leave,
        17 => Trap.Throw,
        _ => Trap.None,
    };

    public static int PrimesUpTo(int input)
    {
        switch (TrapOf(input))
        {
            case Trap.Hang:
                while (true)
                {
                }

            case Trap.Crash:
                Environment.FailFast($"input {input} has hit a bug");
                break;
            case Trap.Eat:
                for (var eaten = new List<byte[]>(); ; eaten.Add(new byte[1_000_000]))
                {
                    eaten.ForEach(block => block[^1]++);
                }

            case Trap.Leave:
                Environment.Exit(input);
                break;
            case Trap.Throw:
                throw new ArgumentException($"input {input} is not to its liking");
            default:
                break;
        }

        return CountPrimes(input);
    }

    public static int CountPrimes(int input) => Enumerable.Range(2, input * 100).Count(number =>
        Enumerable.Range(2, (int)Math.Sqrt(number))
            .TakeWhile(divisor => divisor * divisor <= number)
            .All(divisor => number % divisor != 0));
}
