namespace Braid.Soundness;

/// <summary>Makes small programs at random; a seed and a number always make the same one.</summary>
internal sealed class Generator
{
    private static readonly (ThingKind Kind, int Weight)[] s_kinds =
    [
        (ThingKind.Field, 6), (ThingKind.Volatile, 4), (ThingKind.Atomic, 4), (ThingKind.Monitor, 6), (ThingKind.Lock, 3), (ThingKind.BraidLock, 1), (ThingKind.BraidRLock, 1),
        (ThingKind.ManualResetEventSlim, 4), (ThingKind.ManualResetEvent, 2), (ThingKind.AutoResetEvent, 3), (ThingKind.SemaphoreSlim, 5), (ThingKind.List, 3), (ThingKind.Dictionary, 2),
        (ThingKind.ConcurrentDictionary, 2), (ThingKind.ConcurrentQueue, 2), (ThingKind.ConcurrentStack, 1), (ThingKind.ConcurrentBag, 1), (ThingKind.BlockingCollection, 1),
        (ThingKind.CancellationTokenSource, 3), (ThingKind.Timer, 2),
    ];

    // Each of their operations is many steps for the checker.
    private static readonly ThingKind[] s_deep =
        [ThingKind.BraidLock, ThingKind.BraidRLock, ThingKind.ConcurrentDictionary, ThingKind.ConcurrentStack, ThingKind.ConcurrentBag, ThingKind.BlockingCollection];

    private const int MostTries = 60;

    /// <summary>One program in so many.</summary>
    private const int AboutOneCollection = 8;

    private static readonly ThingKind[] s_concurrent =
        [ThingKind.ConcurrentDictionary, ThingKind.ConcurrentDictionary, ThingKind.ConcurrentTexts, ThingKind.ConcurrentQueue, ThingKind.ConcurrentStack, ThingKind.ConcurrentBag, ThingKind.BlockingCollection];

    private static readonly int[] s_times = [5, 10, 10, 11, 12, 20, 30];

    private readonly Random _random;
    private readonly List<Thing> _things = [];
    private readonly bool _timed;
    private readonly bool _disposes;
    private int _deepLeft;

    private Generator(Random random)
    {
        _random = random;
        _timed = OneIn(3);
        _disposes = OneIn(3);
        _deepLeft = 4;
    }

    public static SmallProgram Make(int seed, int number)
    {
        var generator = new Generator(new Random(unchecked((seed * 1_000_003) + number)));
        return number % AboutOneCollection == AboutOneCollection - 1 ? generator.MakeAboutOneCollection((seed, number)) : generator.Make((seed, number));
    }

    /// <summary>All operations come to one concurrent collection, as a rule to one key of it: most programs of many kinds of object do little with each.</summary>
    private SmallProgram MakeAboutOneCollection((int Seed, int Number) name)
    {
        int collection = AddThing(Pick(s_concurrent));
        int box = OneIn(2) ? AddThing(ThingKind.Box) : collection;
        bool mainWorks = OneIn(2);
        List<List<Op>> parts = [[], []];
        for (int left = OneIn(3) ? 3 : 2; left > 0; left--)
        {
            int thing = OneIn(2) ? box : collection;
            ThingKind kind = _things[thing].Kind;
            bool isTable = kind is ThingKind.ConcurrentDictionary or ThingKind.ConcurrentTexts;
            Op op = isTable && OneIn(2) ? One(thing, Pick(Verb.Put, Verb.TryGet))
                : thing == collection && OneIn(5) ? Whole(thing, kind)
                : Single(thing, kind);
            parts[left % 2].Add(OneIn(3) ? op : op with { Value = OneIn(2) ? 1 : 3 });
        }

        var first = new Op(_things[collection].Kind is ThingKind.ConcurrentDictionary or ThingKind.ConcurrentTexts ? Verb.Put : Verb.Add, collection, Value: 1);
        return new SmallProgram(name.Seed, name.Number, _things, Threads(parts, mainWorks, timer: -1, first), Racing: false);
    }

    private SmallProgram Make((int Seed, int Number) name)
    {
        int kinds = 1 + _random.Next(3);
        for (int i = 0; i < kinds; i++)
        {
            AddThing(Weighted());
        }

        if (_things.TrueForAll(thing => thing.Kind is ThingKind.Timer or ThingKind.CancellationTokenSource) || OneIn(2))
        {
            AddThing(OneIn(2) ? ThingKind.Volatile : ThingKind.Field);
        }

        bool mainWorks = OneIn(2);
        int workers = mainWorks ? 1 : 2;
        workers += mainWorks && OneIn(3) ? 1 : 0;
        int timer = _things.FindIndex(thing => thing.Kind == ThingKind.Timer);
        workers -= timer >= 0 && workers + (mainWorks ? 1 : 0) > 2 ? 1 : 0;
        int parties = workers + (mainWorks ? 1 : 0) + (timer >= 0 ? 1 : 0);
        int budget = 3 + _random.Next(parties == 2 ? 6 : 3);

        List<List<Op>> parts = [.. Enumerable.Range(0, parties).Select(_ => new List<Op>())];
        for (int tries = 0; tries < MostTries && parts.Sum(part => part.Count) < budget; tries++)
        {
            AddFragment(parts[_random.Next(parties)], budget - parts.Sum(part => part.Count));
        }

        return new SmallProgram(name.Seed, name.Number, _things, Threads(parts, mainWorks, timer), Racing: _timed && OneIn(5));
    }

    /// <param name="parts">The operations of each thread.</param>
    /// <param name="mainWorks">The main thread has the first of them.</param>
    /// <param name="timer">The timer whose callback has the last; -1 if there is none.</param>
    /// <param name="first">What the main thread does before it starts the others.</param>
    private List<ThreadPlan> Threads(List<List<Op>> parts, bool mainWorks, int timer, Op? first = null)
    {
        List<Op> main = first is null ? [] : [first];
        List<ThreadPlan> threads = [];
        int next = mainWorks ? 1 : 0;
        int callback = timer >= 0 ? parts.Count - 1 : parts.Count;
        for (int i = next; i < callback; i++)
        {
            main.Add(new Op(Verb.Start, 1 + threads.Count));
            threads.Add(new ThreadPlan(ThreadRole.Thread, parts[i]) { IsBare = OneIn(12) });
        }

        main.AddRange(mainWorks ? parts[0] : []);
        main.AddRange(threads.Select((_, i) => new Op(Verb.Join, 1 + i)));
        if (timer >= 0)
        {
            int done = AddThing(ThingKind.ManualResetEventSlim, 0);
            threads.Add(new ThreadPlan(ThreadRole.Callback, [.. parts[callback], new Op(Verb.Set, done)]) { Owner = timer });
            main.Add(new Op(Verb.Wait, done, Limit: 1_000));
        }

        threads.Insert(0, new ThreadPlan(ThreadRole.Main, main));
        int id = 0;
        foreach (Op op in threads.SelectMany(thread => thread.Ops))
        {
            op.Id = id++;
        }

        foreach (Op op in threads.SelectMany(thread => thread.Ops).Where(op => op.Verb == Verb.CancelAfter).ToList())
        {
            threads.Add(new ThreadPlan(ThreadRole.Delay, [new Op(Verb.CancelDue, op.Thing) { Id = id++ }]) { Owner = op.Thing });
        }

        return threads;
    }

    private int AddThing(ThingKind kind, int? first = null)
    {
        int alike = _things.Count(thing => thing.Kind == kind);
        if (first is null && (alike == 2 || (alike == 1 && (kind == ThingKind.Timer || s_deep.Contains(kind)))))
        {
            return -1;
        }

        _things.Add(new Thing(kind, $"{kind}{alike + 1}", first ?? kind switch
        {
            ThingKind.SemaphoreSlim => _random.Next(3),
            ThingKind.ManualResetEvent or ThingKind.ManualResetEventSlim or ThingKind.AutoResetEvent => OneIn(3) ? 1 : 0,
            ThingKind.Timer => Time(),
            _ => 0,
        }));
        return _things.Count - 1;
    }

    private void AddFragment(List<Op> ops, int budget)
    {
        if (_timed && OneIn(5))
        {
            ops.Add(new Op(Verb.Sleep, -1, Limit: Time()));
            return;
        }

        if (OneIn(60))
        {
            ops.Add(new Op(Verb.Yield, -1));
            return;
        }

        int thing = _random.Next(_things.Count);
        ThingKind kind = _things[thing].Kind;
        if (s_deep.Contains(kind) && _deepLeft-- <= 0)
        {
            return;
        }

        switch (kind)
        {
            case ThingKind.Monitor or ThingKind.Lock or ThingKind.BraidLock or ThingKind.BraidRLock when budget >= 2:
                AddSection(ops, thing, kind, budget);
                break;
            case ThingKind.Monitor or ThingKind.Lock or ThingKind.BraidLock or ThingKind.BraidRLock:
                ops.Add(OneIn(8) ? One(thing, OneIn(2) ? Verb.Exit : Verb.Enter) : new Op(Verb.TryEnter, thing, Limit: TryLimit()));
                break;
            default:
                ops.Add(Single(thing, kind));
                break;
        }
    }

    /// <summary>A critical section, as a rule with something inside.</summary>
    private void AddSection(List<Op> ops, int thing, ThingKind kind, int budget)
    {
        ops.Add(OneIn(4) ? new Op(Verb.TryEnter, thing, Limit: TryLimit()) : One(thing, Verb.Enter));
        budget -= 2;
        if (kind == ThingKind.Monitor && OneIn(3))
        {
            ops.Add(OneIn(2) ? new Op(Verb.Wait, thing, Limit: Limit()) : One(thing, OneIn(2) ? Verb.Pulse : Verb.PulseAll));
            budget--;
        }

        for (int inner = _random.Next(3); inner > 0 && budget > 0; inner--)
        {
            int before = ops.Count;
            AddFragment(ops, budget);
            budget -= ops.Count - before;
        }

        if (!OneIn(25))
        {
            ops.Add(One(thing, Verb.Exit));
        }
    }

    private Op Single(int thing, ThingKind kind) => kind switch
    {
        ThingKind.Field => One(thing, Pick(Verb.Read, Verb.Write, Verb.Increment)),
        ThingKind.Volatile or ThingKind.Box => One(thing, Pick(Verb.Read, Verb.Write)),
        ThingKind.Atomic => One(thing, Pick(Verb.Increment, Verb.Increment, Verb.Exchange, Verb.CompareExchange, Verb.VolatileRead, Verb.VolatileWrite, OneIn(3) ? Verb.Read : Verb.Increment, OneIn(3) ? Verb.Write : Verb.VolatileRead)),
        ThingKind.ManualResetEventSlim => Disposed(thing) ?? Pick(One(thing, Verb.Set), One(thing, Verb.Set), Waiting(thing), Waiting(thing), One(thing, Verb.Reset), One(thing, Verb.IsSet)),
        ThingKind.ManualResetEvent or ThingKind.AutoResetEvent => Disposed(thing) ?? Pick(One(thing, Verb.Set), One(thing, Verb.Set), Waiting(thing) with { Token = -1 }, Waiting(thing) with { Token = -1 }, One(thing, Verb.Reset)),
        ThingKind.SemaphoreSlim => Disposed(thing) ?? Pick(Waiting(thing), Waiting(thing), One(thing, Verb.Release) with { Value = OneIn(5) ? 2 : 1 }, One(thing, Verb.Release) with { Value = 1 }, OneIn(3) ? One(thing, Verb.CurrentCount) : Waiting(thing)),
        ThingKind.List => One(thing, Pick(Verb.Add, Verb.Add, Verb.Count, Verb.Clear, Verb.First, Verb.Contains)),
        ThingKind.Dictionary => One(thing, Pick(Verb.Put, Verb.TryGet, Verb.Remove, Verb.TryAdd, Verb.Count)),
        ThingKind.ConcurrentDictionary => One(thing, Pick(Verb.Put, Verb.TryGet, Verb.Remove, Verb.TryAdd, Verb.TryUpdate)),
        ThingKind.ConcurrentQueue or ThingKind.ConcurrentStack => One(thing, Pick(Verb.Add, Verb.Add, Verb.TryTake, Verb.TryPeek)),
        ThingKind.ConcurrentBag => One(thing, Pick(Verb.Add, Verb.TryTake)),
        ThingKind.ConcurrentTexts => One(thing, Pick(Verb.Put, Verb.Put, Verb.TryGet, Verb.TryGet, Verb.Remove, Verb.TryAdd)),
        ThingKind.BlockingCollection => One(thing, Pick(Verb.Add, Verb.Add, Verb.TryTake, Verb.Take, Verb.Complete)),
        ThingKind.CancellationTokenSource => Disposed(thing) ?? (_timed && OneIn(2) ? new Op(Verb.CancelAfter, thing, Limit: Time()) : One(thing, Pick(Verb.Cancel, Verb.IsCancelled))),
        ThingKind.Timer => One(thing, Verb.Dispose),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What looks at all of a concurrent collection, or empties it.</summary>
    private Op Whole(int thing, ThingKind kind) => kind switch
    {
        ThingKind.ConcurrentTexts => One(thing, Pick(Verb.Walk, Verb.Walk, Verb.Items, Verb.Count)),
        ThingKind.ConcurrentQueue or ThingKind.ConcurrentStack => One(thing, Pick(Verb.Items, Verb.Count, Verb.Clear)),
        ThingKind.ConcurrentDictionary or ThingKind.ConcurrentBag => One(thing, Pick(Verb.Items, Verb.Count)),
        _ => Single(thing, kind),
    };

    private Op One(int thing, Verb verb) => new(verb, thing, 1 + _random.Next(3));

    private Op? Disposed(int thing) => _disposes && OneIn(5) ? One(thing, Verb.Dispose) : null;

    private Op Waiting(int thing)
    {
        int source = _things.FindIndex(other => other.Kind == ThingKind.CancellationTokenSource);
        return new Op(Verb.Wait, thing, Limit: Limit(), Token: source >= 0 && OneIn(2) ? source : -1);
    }

    /// <summary>Of something that waits: as a rule without a limit.</summary>
    private int Limit() => _timed && OneIn(2) ? Time() : OneIn(5) ? 0 : -1;

    private int TryLimit() => _timed && OneIn(2) ? Time() : 0;

    private int Time() => s_times[_random.Next(s_times.Length)];

    private ThingKind Weighted()
    {
        int draw = _random.Next(s_kinds.Sum(kind => kind.Weight));
        foreach ((ThingKind kind, int weight) in s_kinds)
        {
            draw -= weight;
            if (draw < 0)
            {
                return kind;
            }
        }

        throw new InvalidOperationException();
    }

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    private bool OneIn(int n) => _random.Next(n) == 0;
}
