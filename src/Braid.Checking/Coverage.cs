using Braid.Checking.Engine;
using Braid.Checking.Reports;
using Braid.Checking.Rewriting;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>What a search has covered, so that a pass claims no more than that.</summary>
internal sealed class Coverage(CheckOptions options)
{
    private const int MostNames = 10;

    private int _threads;
    private bool _usesTime;
    private bool _holdsLoopsBack;
    private readonly SortedSet<string> _outside = new(StringComparer.Ordinal);

    /// <summary>Whether something ran outside of control.</summary>
    public bool IncludesOutside => _outside.Count > 0;

    /// <summary>Whether more than one thread ran, so that there was something to order.</summary>
    public bool HasSchedules => _threads > 1;

    /// <summary>Adds a run that has ended.</summary>
    public void Add(Execution execution)
    {
        _threads = Math.Max(_threads, execution.Threads.Count);
        _usesTime |= execution.Clock.WasUsed;
        _holdsLoopsBack |= execution.HoldsLoopsBack;
        _outside.UnionWith(execution.Settings.Outside.Seen);
    }

    /// <summary>Adds what another one has covered.</summary>
    public void Add(Coverage other)
    {
        _threads = Math.Max(_threads, other._threads);
        _usesTime |= other._usesTime;
        _holdsLoopsBack |= other._holdsLoopsBack;
        _outside.UnionWith(other._outside);
    }

    /// <param name="search">The search; null if there was none.</param>
    /// <param name="subject">What ran.</param>
    public string Describe(ISearch? search, SubjectContext subject)
    {
        string[] parts =
        [
            Text.Count(_threads, "thread"),
            .. Searches(search),
            options.MemoryModel == MemoryModel.Tso
                ? "total store order: the program's volatile writes may reach other threads after later reads, and no other access is " +
                    "reordered"
                : "sequential consistency: no access is reordered by the processor or the compiler",
            .. Clock(),
            .. _holdsLoopsBack
                ? ["fair loops: one that looks at the same thing again and again, or yields, lets the others go first"]
                : Array.Empty<string>(),
            $"looked into {string.Join(", ", subject.Examined)}",
            .. subject.Left is { Count: > 0 } methods
                ? [$"not looked into, since they could not be rewritten: {Names([.. methods.Select(static method => method.Name)])}"]
                : Array.Empty<string>(),
            .. IncludesOutside ? [$"ran outside of control: {Names(_outside)}"] : Array.Empty<string>(),
            .. subject.NotExamined is { Count: > 0 } left ? [$"not looked into: {string.Join(", ", left)}"] : Array.Empty<string>(),
        ];
        return $"covers: {string.Join("; ", parts)}";
    }

    private static string Names(SortedSet<string> names) =>
        string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");

    private string[] Clock() => (_usesTime, options.Clock) switch
    {
        (false, _) => [],
        (_, ClockMode.Racing) => ["racing clock: a time limit may run out at any moment"],
        _ => ["quiescent clock: a time limit runs out only when nothing else can happen, and the racing clock could show more"],
    };

    private static string[] Searches(ISearch? search) => search switch
    {
        Mix mix => [Bounded(mix.Search), .. mix.RandomRuns > 0 ? [Text.Count(mix.RandomRuns, "random schedule")] : Array.Empty<string>()],
        BoundedSearch bounded => [Bounded(bounded)],
        Reduction { Schedules: { } bounded, Orders.GaveUp: var unknown } =>
            [Bounded(bounded), $"no order was left out, since it is not known with what {unknown} can conflict"],
        Reduction { Orders: { } orders } =>
            [orders.Exhausted ? "every order of conflicting steps" : $"{Text.Count(orders.Runs, "schedule")} of different orders"],
        Sampling { Lead: StickyRandom } => ["random schedules"],
        Sampling { Lead: Pct } => ["schedules by random priorities"],
        Sampling { Lead: Pos } => ["schedules by random priorities of steps"],
        Sampling { Lead: Urw } => ["schedules drawn uniformly"],
        _ => [],
    };

    private static string Bounded(BoundedSearch search) => search switch
    {
        { Exhausted: true } => "every schedule",
        { CompleteUpTo: < 0 } => $"{Text.Count(search.Runs, "schedule")} by depth",
        _ => $"every schedule with up to {Text.Count(search.CompleteUpTo, "preemption")}",
    };
}
