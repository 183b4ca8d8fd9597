using System.Threading.Tasks.Sources;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A continuation of the source of a value task, by the rules of ManualResetValueTaskSourceCore.</summary>
/// <remarks>
/// Unlike a continuation of a task, it runs within the completion wherever that happens, unless it is asynchronous or has a synchronization
/// context or scheduler.
/// </remarks>
internal sealed class SourceContinuation : ICompletion
{
    private readonly Action _call;
    private readonly VectorClock _known = new();
    private readonly SynchronizationContext? _context;
    private readonly TaskScheduler? _scheduler;
    private readonly int _site;

    public SourceContinuation(
        ControlledThread thread, Action<object?> continuation, object? state, ValueTaskSourceOnCompletedFlags flags, int site)
    {
        _site = site;
        _known.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
        void Call() => continuation(state);
        _call = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? Awaiters.WithCurrentContext(Call) : Call;
        if ((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0)
        {
            _context = AwaitContinuation.CustomContext;
            _scheduler = _context is null ? PoolScheduler.CurrentCustom : null;
        }
    }

    /// <summary>Whether it must not run within the completion.</summary>
    public bool IsAsynchronous { get; set; }

    /// <summary>Called by .NET's code when the source is complete.</summary>
    public static void Completed(object? state)
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.Completions.Add((SourceContinuation)state!);
        }
    }

    public void RunContinuations(ControlledThread thread)
    {
        // The continuation learns what the completing thread knows, wherever it runs.
        _known.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
        if (_context is not null)
        {
            _context.Post(static state => ((Action)state!)(), (Action)Invoke);
        }
        else if (_scheduler is not null)
        {
            thread.StartSite = _site;
            Task.Factory.StartNew(Invoke, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);
        }
        else if (IsAsynchronous)
        {
            ThreadPoolHooks.Queue(thread, null, Invoke, _site);
        }
        else
        {
            Invoke();
        }
    }

    private void Invoke()
    {
        ControlledThread.Current?.Clock.Join(_known);
        _call();
    }
}
