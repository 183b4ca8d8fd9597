namespace BugZoo.Calls;

/// <summary>The operations of a type whose calls may wait for each other.</summary>
/// <remarks>
/// Each operation is begun by a thread of its own; where only one call of a side may be made at a time, those of that side are made one
/// after the other, as if by one reader and one writer. When no thread can go on, whatever waits has to have a reason to. Then the object
/// is closed, which has to end all calls, and its items are counted: none may be lost, and none be there twice.
/// </remarks>
/// <typeparam name="TUse">The object, with what has to hold of it.</typeparam>
/// <param name="make">Makes an object that holds something.</param>
/// <param name="of">The types whose public members are to be there.</param>
internal sealed class WaitingOperations<TUse>(Func<TUse> make, params IReadOnlyList<Type> of) : IOperations
    where TUse : IUse
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(2);     // time is virtual: it passes when no thread can go on

    private readonly List<Operation> _operations = [];

    public IReadOnlyList<Type> Of => of;

    public IReadOnlyList<string> Names => [.. _operations.Select(operation => operation.Name)];

    /// <summary>Whether there is one reader at a time.</summary>
    public bool HasOneReader { get; init; }

    /// <summary>Whether there is one writer at a time.</summary>
    public bool HasOneWriter { get; init; }

    /// <summary>Adds a call that returns by how many items there are more.</summary>
    public WaitingOperations<TUse> Add(string name, Side side, Func<TUse, Task<int>> call)
    {
        _operations.Add(new Operation(name, side, call));
        return this;
    }

    /// <summary>Adds a call that changes no number of items.</summary>
    public WaitingOperations<TUse> Add(string name, Side side, Func<TUse, Task> call) => Add(name, side, async use =>
    {
        await call(use);
        return 0;
    });

    /// <summary>Adds a call that does not wait, and returns by how many items there are more.</summary>
    public WaitingOperations<TUse> Add(string name, Side side, Func<TUse, int> call) => Add(name, side, use => Task.FromResult(call(use)));

    /// <summary>Adds a call that does not wait, and changes no number of items.</summary>
    public WaitingOperations<TUse> Add(string name, Side side, Action<TUse> call) => Add(name, side, use =>
    {
        call(use);
        return 0;
    });

    public void Run(IReadOnlyList<int> numbers)
    {
        TUse use = make();
        List<List<Call>> turns = TurnsOf(numbers);
        Crew.Run([.. turns.Select(turn => (Action)(() => Begin(use, turn)))]);
        int added;
        for (int closed = 0; HasWaiting(use, turns, out added); closed++)
        {
            Claim.That(closed <= numbers.Count, "no call waits after it was closed");
            use.Close();
        }

        use.Close();
        use.Check(added);
    }

    /// <summary>What each thread does.</summary>
    private List<List<Call>> TurnsOf(IReadOnlyList<int> numbers)
    {
        List<List<Call>> turns = [];
        foreach (int number in numbers)
        {
            var call = new Call(_operations[number]);
            Side side = call.Operation.Side;
            bool isInTurn = side == Side.Reader ? HasOneReader : side == Side.Writer && HasOneWriter;
            if (isInTurn && turns.Find(turn => turn[0].Operation.Side == side) is { } before)
            {
                before.Add(call);
            }
            else
            {
                turns.Add([call]);
            }
        }

        return turns;
    }

    private static void Begin(TUse use, List<Call> turn)
    {
        Task before = Task.CompletedTask;
        foreach (Call call in turn)
        {
            before = call.Result = Perform(before, call.Operation, use);
        }
    }

    private static async Task<int> Perform(Task before, Operation operation, TUse use)
    {
        await before;
        try
        {
            return await operation.Do(use);
        }
        catch (Exception e) when (use.MayThrow(e))
        {
            return 0;
        }
    }

    /// <summary>Waits until no thread can go on, and checks that each call that waits has a reason to.</summary>
    private static bool HasWaiting(TUse use, List<List<Call>> turns, out int added)
    {
        Thread.Sleep(s_rest);
        added = 0;
        List<Operation> waiting = [];
        foreach (List<Call> turn in turns)
        {
            foreach (Call call in turn)
            {
                if (!call.Result.IsCompleted)
                {
                    waiting.Add(call.Operation);
                    break;
                }

                added += call.Result.GetAwaiter().GetResult();
            }
        }

        foreach (Operation operation in waiting)
        {
            bool othersWait = waiting.Exists(other => operation.Side != other.Side && other.Side != Side.Neither);
            Claim.That(use.MayWait(operation.Side, added, othersWait), $"{operation.Name} waits for something");
        }

        return waiting.Count > 0;
    }

    private sealed record Operation(string Name, Side Side, Func<TUse, Task<int>> Do);

    private sealed class Call(Operation operation)
    {
        public Operation Operation => operation;

        /// <summary>Written by the thread that begins the call, and read when that has ended.</summary>
        public Task<int> Result { get; set; } = Task.FromResult(0);
    }
}
