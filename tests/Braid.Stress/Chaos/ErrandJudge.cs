using System.Globalization;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>Says whether what became of a task may be: the right result, or an error that names what happened to its worker, and that really happened.</summary>
/// <param name="options">The pool's.</param>
/// <param name="killer">Who kills its workers.</param>
internal sealed class ErrandJudge(ProcessPoolOptions options, Killer killer)
{
    private readonly Dictionary<int, Errand> _victims = [];   // by the number of the worker that was lost with it
    private readonly HashSet<int> _endedAtTheirStart = [];    // numbers of workers that killed themselves before they were ready

    /// <summary>How many workers may have killed themselves at a point of Braid's own, and have not cost a task yet.</summary>
    public int KillPoints { get; set; } = options.Environment is null ? 0 : 1;

    /// <summary>Whether the pool was closed by force, so that what it runs may be killed and what it has not begun cancelled.</summary>
    public bool IsForced { get; set; }

    /// <returns>What is wrong; null when nothing is.</returns>
    public string? Judge(Errand errand)
    {
        string? complaint = errand.Future switch
        {
            { Done: false } => "has not ended",
            { Cancelled: true } => errand.WasCancelled || IsForced ? null : "is cancelled, but nobody has cancelled it",
            { Failure: null } => errand.WasCancelled ? "has a result, although Cancel() said that it was cancelled" : errand.IsRight ? null : "has a wrong result",
            { Failure: { } failure } => errand.WasCancelled ? "has failed, although Cancel() said that it was cancelled" : JudgeFailure(errand, failure),
        };
        return complaint is null ? null : $"{errand} {complaint}";
    }

    private string? JudgeFailure(Errand errand, Exception failure)
    {
        switch (failure)
        {
            case WorkerCrashedException { Worker: { } end }:
                return IsExpected(errand, end) ? Charge(errand, end) : $"was lost with a worker that nobody has killed that way: {failure}";
            case WorkerExitedException { Worker: { } end }:
                return errand.Kind == ErrandKind.Leaves && end.ExitCode == 3 ? Charge(errand, end) : $"was lost with a worker that was not to leave: {failure}";
            case TaskTimeoutException { Worker: { } end }:
                return options.TaskTimeout is not null ? Charge(errand, end) : $"was killed for a limit that the pool has not: {failure}";
            case WorkerStartException { Worker: { } end } when killer.HasSent(end.Pid, end.Signal) || HasKilledItselfAtItsStart(end):
                return null;   // several were hit in a row before they were ready
            case InvalidDataException:
                return errand.Kind == ErrandKind.Throws && failure.Message == Errand.FailureOf(errand.Id) ? null : $"threw what it was not to throw: {failure}";
            case NullReferenceException or AccessViolationException when killer.HasCrashedSomebody:
                return null;   // what .NET makes of a SIGSEGV that comes from outside while managed code runs
            default:
                return $"failed for no reason: {failure}";
        }
    }

    /// <summary>Whether it has, at a point of Braid's own: all tasks that waited then fail with the same news.</summary>
    private bool HasKilledItselfAtItsStart(WorkerEnd end) => end.Signal == Signals.Kill && (_endedAtTheirStart.Contains(end.Pid) || (KillPoints-- > 0 && _endedAtTheirStart.Add(end.Pid)));

    private bool IsExpected(Errand errand, WorkerEnd end) =>
        killer.HasSent(end.Pid, end.Signal)
        || end.Signal == errand.OwnSignal
        || (end.Signal == Signals.Abort && killer.HasSent(end.Pid, Signals.Segmentation))   // .NET ends itself
        || (IsForced && end.Reason is ExitReason.Killed or ExitReason.Terminated)
        || (end.Signal == Signals.Kill && KillPoints-- > 0);

    /// <summary>The loss of a worker costs one task.</summary>
    private string? Charge(Errand errand, WorkerEnd end)
    {
        bool isFirst = _victims.TryAdd(end.Pid, errand);
        return isFirst ? null : string.Create(CultureInfo.InvariantCulture, $"was lost with worker {end.Pid}, and so was {_victims[end.Pid]}");
    }
}
