namespace Braid.Soundness;

/// <content>What each operation does, by .NET's documentation.</content>
internal sealed partial class Interpreter
{
    private const string Disposed = nameof(ObjectDisposedException);
    private const string NotOwner = nameof(SynchronizationLockException);

    /// <summary>Whether a time limit runs in this part of the operation.</summary>
    private bool IsTimedWait(Op op, int phase) => op.Limit > 0 && (op.Verb switch
    {
        Verb.Sleep or Verb.TryEnter => true,
        Verb.Wait => phase == 1,
        _ => false,
    });

    /// <summary>Whether the thread has to wait before this part of its operation.</summary>
    private bool MustWait(State state, int t, Op op)
    {
        Runner runner = state.Runners[t];
        if (op.Verb is Verb.Sleep or Verb.Yield)
        {
            return op.Verb == Verb.Sleep && runner.Woken == Wake.None;
        }

        if (op.Verb is Verb.Start or Verb.Join)
        {
            return op.Verb == Verb.Join && !state.Runners[op.Thing].HasEnded;
        }

        Cell cell = state.Cells[op.Thing];
        bool isOver = runner.Woken != Wake.None;
        return (_program.Things[op.Thing].Kind, op.Verb, runner.Phase) switch
        {
            (_, Verb.Enter, _) => !IsFree(op, cell, t),
            (_, Verb.TryEnter, _) => op.Limit > 0 && !isOver && !IsFree(op, cell, t),
            (ThingKind.Monitor, Verb.Wait, 1) => true,
            (ThingKind.Monitor, Verb.Wait, 2) => !IsFree(op, cell, t),
            (ThingKind.ManualResetEventSlim, Verb.Wait, 1) => op.Limit != 0 && !isOver && !cell.IsSet,
            (ThingKind.SemaphoreSlim, Verb.Wait, 1) => op.Limit != 0 && !isOver && cell.Permits.Count == 0,
            (ThingKind.ManualResetEvent or ThingKind.AutoResetEvent, Verb.Wait, 1) => !isOver,
            (_, Verb.Take, _) => cell.Items.Count == 0 && !cell.IsSet,
            _ => false,
        };
    }

    private bool IsFree(Op op, Cell cell, int t) => cell.Owner < 0 || (cell.Owner == t && _program.Things[op.Thing].Kind != ThingKind.BraidLock);

    private void Do(State state, int t, Op op)
    {
        switch (op.Verb)
        {
            case Verb.Sleep or Verb.Yield:
                Return(state, t);
                return;
            case Verb.Start:
                Runner started = state.Runners[op.Thing];
                started.IsAlive = true;
                started.Knows = state.Runners[t].Knows;
                Return(state, t);
                return;
            case Verb.Join:
                state.Runners[t].Knows |= state.Runners[op.Thing].Knows;
                Return(state, t);
                return;
        }

        Cell cell = state.Cells[op.Thing];
        switch (_program.Things[op.Thing].Kind)
        {
            case ThingKind.Field or ThingKind.Volatile or ThingKind.Atomic or ThingKind.Box:
                DoField(state, t, op, cell);
                break;
            case ThingKind.Monitor or ThingKind.Lock or ThingKind.BraidLock or ThingKind.BraidRLock:
                DoLock(state, t, op, cell);
                break;
            case ThingKind.ManualResetEventSlim:
                DoSlimEvent(state, t, op, cell);
                break;
            case ThingKind.ManualResetEvent or ThingKind.AutoResetEvent:
                DoEvent(state, t, op, cell, isAuto: _program.Things[op.Thing].Kind == ThingKind.AutoResetEvent);
                break;
            case ThingKind.SemaphoreSlim:
                DoSemaphore(state, t, op, cell);
                break;
            case ThingKind.CancellationTokenSource:
                DoSource(state, t, op, cell);
                break;
            case ThingKind.Timer:
                cell.IsDisposed = true;
                Disarm(state, Enumerable.Range(0, _program.Threads.Count).Single(i => _program.Threads[i].Role == ThreadRole.Callback));
                Return(state, t);
                break;
            case ThingKind.List or ThingKind.Dictionary:
                Access(state, t, op, writes: op.Verb is not (Verb.Count or Verb.First or Verb.Contains or Verb.TryGet));
                DoCollection(state, t, op, cell);
                break;
            default:
                // Whoever comes to a concurrent collection knows what those did who came before.
                Learn(state, t, cell);
                Publish(state, t, cell);
                DoCollection(state, t, op, cell);
                break;
        }
    }

    private void DoField(State state, int t, Op op, Cell cell)
    {
        bool isPlain = _program.Things[op.Thing].Kind is ThingKind.Field or ThingKind.Box || (_program.Things[op.Thing].Kind == ThingKind.Atomic && op.Verb is Verb.Read or Verb.Write);
        Runner runner = state.Runners[t];
        if (isPlain)
        {
            switch (op.Verb, runner.Phase)
            {
                case (Verb.Read, _):
                    Access(state, t, op, writes: false);
                    Return(state, t, _program.Things[op.Thing].Kind == ThingKind.Box ? InBox(cell) : cell.Number);
                    break;
                case (Verb.Increment, 0):
                    Access(state, t, op, writes: false);
                    (runner.Seen, runner.IsStale) = (cell.Number, false);
                    GoTo(state, t, 1);
                    break;
                default:
                    Access(state, t, op, writes: true);
                    if (op.Verb == Verb.Increment && runner.IsStale)
                    {
                        state.End ??= "lost update";
                    }

                    Write(state, t, op, cell, op.Verb == Verb.Increment ? runner.Seen + 1 : op.Value);
                    Return(state, t);
                    break;
            }

            return;
        }

        int before = cell.Number;
        bool fails = op.Verb == Verb.CompareExchange && $"{before}" != SourceText.Comparand(op);
        bool reads = op.Verb is not (Verb.Write or Verb.VolatileWrite);
        bool writes = op.Verb is not (Verb.Read or Verb.VolatileRead) && !fails;
        if (reads)
        {
            Learn(state, t, cell);
        }

        Access(state, t, op, writes, orders: true);
        if (writes)
        {
            Publish(state, t, cell);
            Write(state, t, op, cell, op.Verb == Verb.Increment ? before + 1 : op.Value);
        }

        Return(state, t, !reads ? null : op.Verb == Verb.Increment ? before + 1 : before);
    }

    private void Write(State state, int t, Op op, Cell cell, int value)
    {
        cell.Number = value;
        for (int other = 0; other < state.Runners.Length; other++)
        {
            Runner runner = state.Runners[other];
            if (other != t && runner is { IsAlive: true, HasEnded: false, Phase: 1 } && OpOf(runner, _program.Threads[other]) is { Verb: Verb.Increment } their && their.Thing == op.Thing)
            {
                runner.IsStale = true;
            }
        }
    }

    private void DoLock(State state, int t, Op op, Cell cell)
    {
        Runner runner = state.Runners[t];
        switch (op.Verb, runner.Phase)
        {
            case (Verb.Enter, _):
                Take(state, t, cell, 1);
                Return(state, t);
                break;
            case (Verb.TryEnter, _):
                bool taken = IsFree(op, cell, t) && runner.Woken == Wake.None;
                if (taken)
                {
                    Take(state, t, cell, 1);
                }

                Return(state, t, taken);
                break;
            case (Verb.Wait, 2):
                bool pulsed = runner.Woken == Wake.Signalled;
                Take(state, t, cell, runner.Depth);
                Return(state, t, pulsed);
                break;
            case (Verb.Exit, _) when _program.Things[op.Thing].Kind == ThingKind.BraidLock:
                // Any thread may release it.
                if (cell.Owner < 0)
                {
                    Throw(state, t, NotOwner);
                    return;
                }

                Leave(state, t, cell, cell.Number);
                Return(state, t);
                break;
            case var _ when cell.Owner != t:
                Throw(state, t, NotOwner);
                break;
            case (Verb.Exit, _):
                Leave(state, t, cell, 1);
                Return(state, t);
                break;
            case (Verb.Wait, 0):
                runner.Depth = cell.Number;
                Leave(state, t, cell, cell.Number);
                if (op.Limit == 0)
                {
                    GoTo(state, t, 2);
                    return;
                }

                cell.Line.Add(t);
                GoTo(state, t, 1);
                break;
            default:
                foreach (int waiter in cell.Line.Take(op.Verb == Verb.PulseAll ? cell.Line.Count : 1).ToList())
                {
                    cell.Line.Remove(waiter);
                    Runner woken = state.Runners[waiter];
                    (woken.Phase, woken.Woken, woken.Due, woken.MayRing) = (2, Wake.Signalled, -1, false);
                }

                Return(state, t);
                break;
        }
    }

    private static void Take(State state, int t, Cell cell, int times)
    {
        cell.Owner = t;
        cell.Number += times;
        Learn(state, t, cell);
    }

    private static void Leave(State state, int t, Cell cell, int times)
    {
        cell.Number -= times;
        if (cell.Number == 0)
        {
            cell.Owner = -1;
            Publish(state, t, cell);
        }
    }

    private void DoSlimEvent(State state, int t, Op op, Cell cell)
    {
        Runner runner = state.Runners[t];
        switch (op.Verb)
        {
            case Verb.Set:
                cell.IsSet = true;
                Publish(state, t, cell);
                Return(state, t);
                break;
            case Verb.IsSet:
                if (cell.IsSet)
                {
                    Learn(state, t, cell);
                }

                Return(state, t, cell.IsSet);
                break;
            case Verb.Dispose:
                cell.IsDisposed = true;
                Return(state, t);
                break;
            case Verb.Reset:
                if (cell.IsDisposed)
                {
                    Throw(state, t, Disposed);
                    return;
                }

                cell.IsSet = false;
                Return(state, t);
                break;
            default:
                if (runner.Phase == 0)
                {
                    BeginWait(state, t, op, cell);
                    return;
                }

                bool passes = cell.IsSet && runner.Woken != Wake.TimedOut;
                if (passes)
                {
                    Learn(state, t, cell);
                }

                EndWait(state, t, op, passes);
                break;
        }
    }

    private void DoSemaphore(State state, int t, Op op, Cell cell)
    {
        switch (op.Verb)
        {
            case Verb.CurrentCount:
                Return(state, t, cell.Permits.Count);
                break;
            case Verb.Dispose:
                cell.IsDisposed = true;
                Return(state, t);
                break;
            case Verb.Release:
                const int maximum = 3;
                if (cell.IsDisposed)
                {
                    Throw(state, t, Disposed);
                    return;
                }

                if (cell.Permits.Count + op.Value > maximum)
                {
                    Throw(state, t, nameof(SemaphoreFullException));
                    return;
                }

                int before = cell.Permits.Count;
                cell.Permits.AddRange(Enumerable.Repeat(state.Runners[t].Knows, op.Value));
                Return(state, t, before);
                break;
            default:
                if (state.Runners[t].Phase == 0)
                {
                    BeginWait(state, t, op, cell);
                    return;
                }

                bool passes = cell.Permits.Count > 0;
                if (passes)
                {
                    state.Runners[t].Knows |= cell.Permits[0];
                    cell.Permits.RemoveAt(0);
                }

                EndWait(state, t, op, passes);
                break;
        }
    }

    /// <summary>The first part of a wait that may be refused.</summary>
    private void BeginWait(State state, int t, Op op, Cell cell)
    {
        if (cell.IsDisposed)
        {
            Throw(state, t, Disposed);
        }
        else if (op.Token >= 0 && state.Cells[op.Token].IsSet)
        {
            Throw(state, t, nameof(OperationCanceledException));
        }
        else
        {
            GoTo(state, t, 1);
        }
    }

    /// <summary>The second part: it has come to what it waited for, or the wait is over without it.</summary>
    private void EndWait(State state, int t, Op op, bool passes)
    {
        Runner runner = state.Runners[t];
        if (!passes && runner.Woken == Wake.Cancelled)
        {
            Learn(state, t, state.Cells[op.Token]);
            Throw(state, t, nameof(OperationCanceledException));
            return;
        }

        Return(state, t, passes);
    }

    private void DoEvent(State state, int t, Op op, Cell cell, bool isAuto)
    {
        Runner runner = state.Runners[t];
        if (cell.IsDisposed && op.Verb != Verb.Dispose && runner.Phase == 0)
        {
            Throw(state, t, Disposed);
            return;
        }

        switch (op.Verb)
        {
            case Verb.Set:
                cell.IsSet = true;
                Publish(state, t, cell);
                while (cell.IsSet && cell.Line.Count > 0)
                {
                    Runner waiter = state.Runners[cell.Line[0]];
                    waiter.Knows |= cell.Published;
                    (waiter.Woken, waiter.Due, waiter.MayRing) = (Wake.Signalled, -1, false);
                    cell.Line.RemoveAt(0);
                    cell.IsSet = !isAuto;
                }

                Return(state, t, true);
                break;
            case Verb.Reset:
                cell.IsSet = false;
                Return(state, t, true);
                break;
            case Verb.Dispose:
                cell.IsDisposed = true;
                Return(state, t);
                break;
            default:
                if (runner.Phase == 0 && cell.IsSet)
                {
                    Learn(state, t, cell);
                    cell.IsSet = !isAuto;
                    Return(state, t, true);
                }
                else if (runner.Phase == 0 && op.Limit != 0)
                {
                    cell.Line.Add(t);
                    GoTo(state, t, 1);
                }
                else
                {
                    Return(state, t, runner.Woken == Wake.Signalled);
                }

                break;
        }
    }

    private void DoSource(State state, int t, Op op, Cell cell)
    {
        int[] delays = [.. Enumerable.Range(0, _program.Threads.Count).Where(i => _program.Threads[i] is { Role: ThreadRole.Delay } plan && plan.Owner == op.Thing)];
        switch (op.Verb)
        {
            case Verb.IsCancelled:
                Learn(state, t, cell);
                Return(state, t, cell.IsSet);
                break;
            case Verb.Dispose:
                cell.IsDisposed = true;
                Array.ForEach(delays, delay => Disarm(state, delay));
                Return(state, t);
                break;
            case Verb.CancelDue:
                Learn(state, t, cell);
                Cancel(state, t, op, cell);
                Return(state, t);
                break;
            case var _ when cell.IsDisposed:
                Throw(state, t, Disposed);
                break;
            case Verb.Cancel:
                Array.ForEach(delays, delay => Disarm(state, delay));
                Cancel(state, t, op, cell);
                Return(state, t);
                break;
            default:
                if (!cell.IsSet)
                {
                    Publish(state, t, cell);
                    Array.ForEach(delays, delay => Disarm(state, delay));
                    Arm(state, delays.First(delay => !state.Runners[delay].IsAlive || state.Runners[delay].HasEnded), op.Limit);
                }

                Return(state, t);
                break;
        }
    }

    private void Cancel(State state, int t, Op op, Cell cell)
    {
        Publish(state, t, cell);
        if (cell.IsSet)
        {
            return;
        }

        cell.IsSet = true;
        for (int other = 0; other < state.Runners.Length; other++)
        {
            Runner runner = state.Runners[other];
            if (runner is { IsAlive: true, HasEnded: false, Phase: 1, Woken: Wake.None } && OpOf(runner, _program.Threads[other]) is { Verb: Verb.Wait } their && their.Token == op.Thing)
            {
                (runner.Woken, runner.Due, runner.MayRing) = (Wake.Cancelled, -1, false);
            }
        }
    }

    private void DoCollection(State state, int t, Op op, Cell cell)
    {
        ThingKind kind = _program.Things[op.Thing].Kind;
        List<int> items = cell.Items;
        int place = op.Verb is Verb.Put or Verb.TryGet or Verb.Remove or Verb.TryAdd or Verb.TryUpdate ? KeyAt(items, op.Key) : -1;
        switch (op.Verb)
        {
            case Verb.Add when cell.IsSet:
                Throw(state, t, nameof(InvalidOperationException));
                break;
            case Verb.Add:
                items.Add(op.Value);
                Return(state, t);
                break;
            case Verb.Count:
                Return(state, t, kind is ThingKind.Dictionary or ThingKind.ConcurrentDictionary or ThingKind.ConcurrentTexts ? items.Count / 2 : items.Count);
                break;
            case Verb.Clear:
                items.Clear();
                Return(state, t);
                break;
            case Verb.First when items.Count == 0:
                Throw(state, t, nameof(ArgumentOutOfRangeException));
                break;
            case Verb.First:
                Return(state, t, items[0]);
                break;
            case Verb.Contains:
                Return(state, t, items.Contains(op.Value));
                break;
            case Verb.TryPeek:
                Return(state, t, items.Count == 0 ? 0 : kind == ThingKind.ConcurrentStack ? items[^1] : items[0]);
                break;
            case Verb.Take when items.Count == 0:
                Throw(state, t, nameof(InvalidOperationException));
                break;
            case Verb.Take or Verb.TryTake:
                int at = kind == ThingKind.ConcurrentStack ? items.Count - 1 : 0;
                int taken = items.Count == 0 ? 0 : kind == ThingKind.ConcurrentBag ? 1 : items[at];
                items.RemoveRange(Math.Max(at, 0), Math.Min(1, items.Count));
                Return(state, t, taken);
                break;
            case Verb.Items:
                Return(state, t, kind switch
                {
                    ThingKind.ConcurrentDictionary or ThingKind.ConcurrentTexts => string.Concat(items.Chunk(2).OrderBy(pair => pair[0]).Select(pair => $"{pair[0]}={pair[1]};")),
                    ThingKind.ConcurrentStack => string.Join(";", Enumerable.Reverse(items)),
                    ThingKind.ConcurrentBag => string.Join(";", items.Select(static _ => 1)),   // All that a program puts into a bag is alike: it has no order.
                    _ => string.Join(";", items),
                });
                break;
            case Verb.Walk when state.Runners[t].Phase == 0:
                // Keys that are there are found one after the other, in this order.
                state.Runners[t].Seen = ValueAt(items, 1);
                GoTo(state, t, 1);
                break;
            case Verb.Walk:
                (int first, int second) = (state.Runners[t].Seen, ValueAt(items, 2));
                Return(state, t, $"{(first < 0 ? "" : $"1={first};")}{(second < 0 ? "" : $"2={second};")}");
                break;
            case Verb.Complete:
                cell.IsSet = true;
                Return(state, t);
                break;
            case Verb.Put:
                Put(items, place, op);
                Return(state, t);
                break;
            case Verb.TryGet:
                Return(state, t, place < 0 ? 0 : items[place + 1]);
                break;
            case Verb.Remove:
                int removed = place < 0 ? 0 : items[place + 1];
                items.RemoveRange(Math.Max(place, 0), place < 0 ? 0 : 2);
                Return(state, t, kind == ThingKind.Dictionary ? place >= 0 : removed);
                break;
            case Verb.TryAdd:
                if (place < 0)
                {
                    Put(items, place, op);
                }

                Return(state, t, place < 0);
                break;
            case Verb.TryUpdate:
                bool fits = place >= 0 && $"{items[place + 1]}" == SourceText.Comparand(op);
                if (fits)
                {
                    Put(items, place, op);
                }

                Return(state, t, fits);
                break;
            default:
                throw new InvalidOperationException($"{op.Verb} of a {kind}");
        }
    }

    private static string InBox(Cell cell) => cell.Number == 0 ? "" : $"{cell.Number}";

    private static int ValueAt(List<int> items, int key) => KeyAt(items, key) is >= 0 and var place ? items[place + 1] : -1;

    private static int KeyAt(List<int> items, int key)
    {
        for (int i = 0; i < items.Count; i += 2)
        {
            if (items[i] == key)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Put(List<int> items, int place, Op op)
    {
        if (place < 0)
        {
            items.AddRange([op.Key, op.Value]);
        }
        else
        {
            items[place + 1] = op.Value;
        }
    }
}
