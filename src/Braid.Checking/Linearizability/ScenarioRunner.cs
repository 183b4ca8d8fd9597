using System.Reflection;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Linearizability;

/// <summary>Runs a scenario on a new concurrent object, or calls on a new model: the body of a run.</summary>
/// <remarks>The object, the model and the operations are created anew in each run, in the rewritten copy of the program.</remarks>
internal abstract class ScenarioRunner
{
    /// <summary>The scenario of the next run.</summary>
    public Scenario Scenario { get; set; } = Scenario.Empty;

    /// <summary>The operations of the last run; they differ from those of another in their objects only.</summary>
    public IReadOnlyList<ScenarioOperation> Operations { get; private set; } = [];

    /// <summary>The calls that the last run made, in the order of <see cref="Scenario.Calls"/>.</summary>
    public IReadOnlyList<CallRecord> History => [.. _calls.OfType<CallRecord>()];

    /// <summary>The scenario with the results of the last run.</summary>
    public string Table => ScenarioText.Of(Scenario, Operations, History);

    /// <summary>Runs the model, beside the execution that runs scenarios. Set before anything is explored.</summary>
    public SequentialModel? Model { get; set; }

    /// <summary>Judges the history of each run. Set before anything is explored.</summary>
    public HistoryJudge? Judge { get; set; }

    /// <summary>The concurrent object's type, as a key and a report name it.</summary>
    public abstract string Name { get; }

    private CallRecord?[] _calls = [];

    /// <summary>Creates the runner of a check in the rewritten copy of its program.</summary>
    /// <param name="adder">The method that adds the operations, in the copy, whose types it has in its signature.</param>
    /// <param name="operations">Makes delegates, of the type that is passed, that add the operations.</param>
    /// <param name="create">Makes delegates that create the object.</param>
    /// <param name="model">Makes delegates that create the model.</param>
    public static ScenarioRunner Of(
        MethodInfo adder, Func<Type, Func<Delegate>> operations, Func<Type, Func<Delegate>> create, Func<Type, Func<Delegate>> model)
    {
        Type[] types = adder.GetParameters()[^1].ParameterType.GetGenericArguments();
        return (ScenarioRunner)Activator.CreateInstance(
            typeof(ScenarioRunner<,>).MakeGenericType(types),
            operations(typeof(Action<>).MakeGenericType(typeof(Operations<,>).MakeGenericType(types))),
            create(typeof(Func<>).MakeGenericType(types[0])),
            model(typeof(Func<>).MakeGenericType(types[1])))!;
    }

    /// <summary>The body of a run of the scenario.</summary>
    public void Run()
    {
        _calls = new CallRecord[Scenario.Calls.Count];
        Operations = MakeOperations();
        object tested = MakeObject();
        ControlledThread main = ControlledThread.Current!;
        int number = 0;
        Perform(main, tested, Scenario.Before, number);
        number += Scenario.Before.Count;
        var threads = new ControlledThread[Scenario.Threads.Count];
        for (int i = 0; i < threads.Length; i++)
        {
            (IReadOnlyList<ScenarioCall> calls, int first) = (Scenario.Threads[i], number);
            number += calls.Count;
            ControlledThread thread = null!;
            threads[i] = thread = main.Execution.Create(main, () => Perform(thread, tested, calls, first));
        }

        foreach (ControlledThread thread in threads)
        {
            main.Execution.Start(main, thread, Sites.Engine);
        }

        if (threads.Length > 0)
        {
            main.Await(OperationKind.Join, new AllEnded(threads), Sites.Engine, interruptible: false);
            Array.ForEach(threads, thread => thread.End.AcquireBy(main));
        }

        Perform(main, tested, Scenario.After, number);
    }

    /// <summary>Makes these calls on a new model, one after the other.</summary>
    /// <returns>How the last of them ends.</returns>
    public Outcome CallModel(IReadOnlyList<ScenarioCall> calls)
    {
        IReadOnlyList<ScenarioOperation> operations = MakeOperations();
        object model = MakeModel();
        Outcome last = Outcome.Waits;
        foreach (ScenarioCall call in calls)
        {
            ScenarioOperation operation = operations[call.Operation];
            object?[] values = operation.ValuesOf(call);
            if (operation.When is { } when && !when(model, values))
            {
                return Outcome.Waits;
            }

            last = OutcomeOf(ControlledThread.Current!, operation.Model, model, values);
        }

        return last;
    }

    protected abstract IReadOnlyList<ScenarioOperation> MakeOperations();

    protected abstract object MakeObject();

    protected abstract object MakeModel();

    private void Perform(ControlledThread thread, object tested, IReadOnlyList<ScenarioCall> calls, int number)
    {
        foreach (ScenarioCall call in calls)
        {
            ScenarioOperation operation = Operations[call.Operation];
            object?[] values = operation.ValuesOf(call);
            var record = new CallRecord(number, operation.TextOf(call), thread);
            _calls[number++] = record;
            thread.StepInto(record);
            record.End(OutcomeOf(thread, operation.Call, tested, values));
        }
    }

    private static Outcome OutcomeOf(ControlledThread thread, Func<object, object?[], object?> call, object it, object?[] values)
    {
        object? result;
        try
        {
            result = call(it, values);
        }
        catch (Exception e) when (e is not RunEndedException && !thread.Execution.Ending && !OwnFault.Is(e))
        {
            return Outcome.Threw(e);
        }

        try
        {
            return Outcome.Returned(result);
        }
        catch (ScenarioException refusal)
        {
            thread.Execution.FailIn(thread, new Failure(Verdict.AssertionFailed, refusal.Message) { Exception = refusal });
            throw;
        }
    }

    /// <summary>The ends of all threads of a scenario, for which the runner waits in one step, since their order does not matter.</summary>
    private sealed class AllEnded(ControlledThread[] threads) : Resource
    {
        public override string Noun => "end of the threads";

        public override bool CanProceed(ControlledThread thread) => Array.TrueForAll(threads, static one => one.End.IsReached);
    }
}

/// <summary>The runner for an object and a model of these types.</summary>
internal sealed class ScenarioRunner<T, TModel>(Func<Delegate> operations, Func<Delegate> create, Func<Delegate> model) : ScenarioRunner
    where T : class
    where TModel : class
{
    public override string Name => Rewriting.MethodNames.Plain(typeof(T).Name);

    protected override IReadOnlyList<ScenarioOperation> MakeOperations()
    {
        var made = new Operations<T, TModel>();
        ((Action<Operations<T, TModel>>)operations())(made);
        return made.All.Count > 0 ? made.All : throw new ScenarioException("There are no operations to call. Add some.");
    }

    protected override object MakeObject() => ((Func<T>)create())();

    protected override object MakeModel() => ((Func<TModel>)model())();
}
