using System.Text;
using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <summary>Runs an abstract program under a strategy, by the rules of the engine but without threads.</summary>
/// <remarks>
/// A thread is an iterator that yields each operation before it performs it. Each operation is a scheduling point, including a release, a
/// spawn and a join; the start of a thread is not. The counts in the tests come from such a model.
/// </remarks>
internal sealed class Model
{
    private readonly List<ControlledThread> _threads = [];
    private readonly List<IEnumerator<Operation>> _bodies = [];
    private readonly List<ModelChild?> _children = [];
    private readonly List<ControlledThread> _alive = [];
    private readonly ScheduleLog _log = new();
    private readonly StepTrace _touched = new();
    private readonly List<string> _letters = [];
    private readonly StringBuilder _trace = new();
    private ControlledThread? _last;
    private bool _lastYielded;
    private int _steps;
    private int _switches;
    private int _preemptions;

    /// <summary>What must hold when all threads have ended.</summary>
    public Func<bool> Finally { get; set; } = () => true;

    public static Operation Acquire(ModelLock target) => new(OperationKind.Acquire, target, 0);

    public static Operation Release(ModelLock target) => new(OperationKind.Release, target, 0);

    public static Operation Read(ModelVariable target) => new(OperationKind.Read, target, 0);

    public static Operation Write(ModelVariable target) => new(OperationKind.Write, target, 0);

    public static Operation Update(ModelVariable target) => new(OperationKind.Update, target, 0);

    /// <summary>Waits for a condition, and touches what it depends on.</summary>
    public static Operation Await(Func<bool> condition, params Resource[] touches) =>
        new(OperationKind.AwaitSignal, new ModelCondition(condition, touches), 0);

    public static Operation Yield() => new(OperationKind.Yield, null, 0);

    public static Operation Spawn(ModelChild child) => new(OperationKind.Spawn, child, 0);

    public static Operation Join(ModelChild child) => new(OperationKind.Join, child, 0);

    /// <summary>A main program that starts these threads, and optionally waits for them.</summary>
    public static IEnumerable<Operation> Start(bool join, params IEnumerable<Operation>[] bodies)
    {
        ModelChild[] children = [.. bodies.Select(body => new ModelChild(body))];
        foreach (ModelChild child in children)
        {
            yield return Spawn(child);
        }

        foreach (ModelChild child in join ? children : [])
        {
            yield return Join(child);
        }
    }

    /// <summary>Makes one run, after <see cref="IStrategy.Begin"/> was called and before <see cref="IStrategy.End"/> is.</summary>
    public static ModelResult Run(Func<Model, IEnumerable<Operation>> program, IStrategy strategy)
    {
        var model = new Model();
        IModelObject.Begin();
        bool failed;
        try
        {
            model.Add(program(model), null);
            failed = !model.RunToEnd(strategy);
        }
        catch (ModelFailure)
        {
            failed = true;
            model._touched.EndIn(model._last!.Index);
        }

        model._alive.ForEach(model.Leave);
        var summary = new RunSummary(model._steps, model._log.Choices, failed, NewPoints: false, model._log.Hash)
        {
            Threads = model._threads,
            Trace = model._touched,
        };
        return new ModelResult(failed, model._trace.ToString(), model._switches, model._preemptions, summary, [.. model._log.Overrides])
        {
            Steps = model._letters,
        };
    }

    private bool RunToEnd(IStrategy strategy)
    {
        while (true)
        {
            ControlledThread[] enabled = [.. _alive.Where(thread => thread.IsEnabled)];
            if (enabled.Length == 0)
            {
                return _alive.Count == 0 && Finally();
            }

            _steps++;
            ControlledThread next = enabled.Length == 1 ? enabled[0] : Choose(enabled, strategy);
            _switches += _last is not null && _last != next ? 1 : 0;
            _last = next;
            _lastYielded = next.Pending.Kind == OperationKind.Yield;
            _trace.Append((char)('0' + next.Index));
            Begin(next);
            next.NextStep++;
            Do(next);
            Advance(next);
        }
    }

    private void Begin(ControlledThread thread)
    {
        _touched.Begin(thread.Index, thread.Pending.Target, thread.Pending.Kind == OperationKind.Read);
        if (thread.NextStep == 0)
        {
            // It comes after the step that has made the thread.
            _touched.Touch(thread.Index, _children[thread.Index], reads: false);
        }

        foreach (Resource also in thread.Pending.Target switch
        {
            ModelCondition condition => condition.Touches,
            ModelVariable { Of: { } gate } => [gate],
            _ => [],
        })
        {
            _touched.Touch(thread.Index, also, reads: false);
        }

        _letters.Add($"{thread.Index}{thread.Pending.Kind}{(thread.Pending.Target as IModelObject)?.Name}");
    }

    private void Leave(ControlledThread thread) => _touched.Leave(
        thread.Index, thread.Pending.Target is ModelCondition ? null : thread.Pending.Target, thread.Pending.Kind == OperationKind.Read);

    private ControlledThread Choose(ControlledThread[] enabled, IStrategy strategy)
    {
        var point = new ChoicePoint
        {
            Enabled = enabled,
            All = _alive.ToArray(),
            Last = _last,
            LastCanContinue = _last is not null && !_lastYielded && _last.Pending.Kind != OperationKind.Yield && enabled.Contains(_last),
            Step = _steps,
            Trace = _touched,
        };
        int choice = strategy.Choose(point);
        _preemptions += point.Continuing >= 0 && choice != point.Continuing ? 1 : 0;
        _log.RecordChoice(point, point.Default, choice);
        return enabled[choice];
    }

    private void Do(ControlledThread thread)
    {
        switch (thread.Pending.Target)
        {
            case ModelLock target:
                target.IsHeld = thread.Pending.Kind == OperationKind.Acquire;
                break;
            case ModelChild child when thread.Pending.Kind == OperationKind.Spawn:
                Add(child.Body, child);
                break;
        }
    }

    private void Add(IEnumerable<Operation> body, ModelChild? child)
    {
        var thread = new ControlledThread(null, _threads.Count, $"{_threads.Count}");
        _threads.Add(thread);
        _touched.Make(thread.Index);
        _alive.Add(thread);
        _bodies.Add(body.GetEnumerator());
        _children.Add(child);
        Advance(thread);
    }

    private void Advance(ControlledThread thread)
    {
        if (_bodies[thread.Index].MoveNext())
        {
            thread.Pending = _bodies[thread.Index].Current;
            return;
        }

        _alive.Remove(thread);
        if (_children[thread.Index] is { } child)
        {
            child.HasEnded = true;
            _touched.Touch(thread.Index, child, reads: false);
        }
    }
}
