namespace Braid.Python;

/// <summary>The types of Python's <c>SyncManager</c>, which every server has.</summary>
internal static class BuiltinTypes
{
    /// <param name="options">How what clients send is read.</param>
    /// <param name="onAbandoned">Called with what a client has held when it ended, and with the client.</param>
    public static IEnumerable<Registration> All(PickleOptions options, Action<Referent, string> onAbandoned)
    {
        foreach (string queue in new[] { "Queue", "JoinableQueue" })
        {
            yield return Type(queue, "maxsize=0", (id, a) =>
                new QueueReferent<object?>(id, new Queues.Queue<object?>(Math.Max(0, Arguments.Int32(a[0], "maxsize"))), options));
        }

        yield return Type("Event", "", static (id, _) => new EventReferent(id, new Threading.Event()));
        yield return Type("Lock", "", (id, _) => new LockReferent(id, new Threading.Lock(), onAbandoned));
        yield return Type("RLock", "", (id, _) => new ReentrantReferent(id, new Threading.RLock(), onAbandoned));
        yield return Type("Semaphore", "value=1", (id, a) =>
            new SemaphoreReferent(id, new Threading.Semaphore(Permits(a[0])), onAbandoned));
        yield return Type("BoundedSemaphore", "value=1", (id, a) =>
            new SemaphoreReferent(id, new Threading.BoundedSemaphore(Permits(a[0])), onAbandoned));
        yield return Type("Condition", "lock=None", (id, a) => Condition(id, a[0], onAbandoned));
        yield return Type("Barrier", "parties, action=None, timeout=None", static (id, a) => Barrier(id, a));
        yield return Type("list", "iterable=...", static (id, a) =>
            new ListReferent(id, a[0] == Signature.Absent ? [] : Arguments.Items(a[0] is Referent other ? other.GetValue() : a[0])));
        yield return new Registration("dict", static (args, kwds) => new DictReferent("dict", args, kwds));
        yield return Type("Value", "typecode, value, lock=True", static (id, a) => new ValueReferent(id, a[0], a[1]));
        yield return Type("Array", "typecode, sequence, lock=True", static (id, a) => new ArrayReferent(id, a[0], a[1]));
        yield return new Registration("Namespace", static (args, kwds) => args.Count == 0
            ? new NamespaceReferent("Namespace", kwds)
            : throw Exceptions.Make("TypeError", "Namespace() takes keyword arguments alone"));
        yield return new Registration("Pool", static (_, _) => throw Exceptions.Make(
            "NotImplementedError", "Pool is not served: what it runs are functions, and code does not cross. Register an interface."));
    }

    private static Registration Type(string typeid, string parameters, Func<string, object?[], Referent> create)
    {
        Signature signature = Signature.Parse(parameters);
        return new Registration(typeid, (args, kwds) => create(typeid, signature.Bind(typeid, args, kwds)));
    }

    private static int Permits(object? value)
    {
        int permits = Arguments.Int32(value, "value");
        return permits >= 0 ? permits : throw Exceptions.Make("ValueError", "semaphore initial value must be >= 0");
    }

    private static ConditionReferent Condition(string typeid, object? mutex, Action<Referent, string> onAbandoned) => mutex switch
    {
        null => new ConditionReferent(typeid, new Threading.Condition(), null, onAbandoned),
        Referent { Target: Threading.RLock shared } =>
            new ConditionReferent(typeid, new Threading.Condition(shared), shared, onAbandoned),
        _ => throw Exceptions.Make("TypeError", "lock must be None or a proxy of an RLock of this manager"),
    };

    private static BarrierReferent Barrier(string typeid, object?[] args)
    {
        if (args[1] is not null)
        {
            throw Exceptions.Make("TypeError", "action must be None: functions do not cross");
        }

        int parties = Arguments.Int32(args[0], "parties");
        return parties >= 1
            ? new BarrierReferent(typeid, new Threading.Barrier(parties), Arguments.Time(args[2]))
            : throw Exceptions.Make("ValueError", "parties must be >= 1");
    }
}
