namespace Braid.Tests;

internal enum QueueOperation
{
    PutNowait,
    TryPut,
    GetNowait,
    TryGet,
    TryGetMany,
    TaskDone,
    SetMaxsize,
    BeginGet,
    BeginPut,
    BeginJoin,
    CancelGet,
    CancelPut,
    Shutdown,
}

/// <summary>A queue and what it should do, side by side, in one thread. <paramref name="next"/> says which item of a list comes out first.</summary>
internal sealed class QueueModel(Queues.Queue<int> queue, Func<List<int>, int> next)
{
    private readonly List<int> _items = [];
    private readonly List<Awaited<int>> _getters = [];
    private readonly List<(Awaited<bool> Await, int Item)> _putters = [];
    private readonly List<Awaited<bool>> _joiners = [];
    private long _unfinished;
    private int _maxsize;
    private bool _isShutDown;
    private int _number;

    private bool HasRoom => _maxsize == 0 || _items.Count < _maxsize;

    public void Do(Step<QueueOperation> step)
    {
        switch (step.Operation)
        {
            case QueueOperation.PutNowait:
                Put(item => Succeeds<Queues.QueueFullException>(() => queue.PutNowait(item)));
                break;
            case QueueOperation.TryPut:
                Put(item => queue.TryPut(item));
                break;
            case QueueOperation.GetNowait:
                Get(GetNowait, 1);
                break;
            case QueueOperation.TryGet:
                Get(() => queue.TryGet(out int item) ? [item] : [], 1);
                break;
            case QueueOperation.TryGetMany:
                Get(() => queue.TryGetMany(1 + step.Argument), 1 + step.Argument);
                break;
            case QueueOperation.TaskDone:
                Assert.Equal(_unfinished > 0, Succeeds<InvalidOperationException>(queue.TaskDone));
                _unfinished = Math.Max(0, _unfinished - 1);
                break;
            case QueueOperation.SetMaxsize:
                queue.Maxsize = _maxsize = step.Argument;
                break;
            case QueueOperation.BeginGet:
                _getters.Add(new Awaited<int>(queue.GetAsync));
                break;
            case QueueOperation.BeginPut:
                BeginPut();
                break;
            case QueueOperation.BeginJoin:
                _joiners.Add(new Awaited<bool>(token => queue.TryJoinAsync(Timeout.InfiniteTimeSpan, token)));
                break;
            case QueueOperation.CancelGet when _getters.Count > 0:
                Cancel(_getters, step.Argument, getter => getter);
                break;
            case QueueOperation.CancelPut when _putters.Count > 0:
                Cancel(_putters, step.Argument, putter => putter.Await);
                break;
            case QueueOperation.Shutdown when step.Argument < 2:
                Shutdown(immediate: step.Argument == 0);
                break;
        }

        Settle();
        AssertEqual();
    }

    private void Put(Func<int, bool> put)
    {
        int item = NewItem();
        if (_isShutDown)
        {
            Assert.Throws<Queues.QueueShutDownException>(() => (object)put(item));
            return;
        }

        Assert.Equal(HasRoom, put(item));
        if (HasRoom)
        {
            Store(item);
        }
    }

    private void Get(Func<int[]> get, int max)
    {
        if (_isShutDown && _items.Count == 0)
        {
            Assert.Throws<Queues.QueueShutDownException>(get);
            return;
        }

        int[] got = get();
        var expected = new List<int>();
        while (expected.Count < max && _items.Count > 0)
        {
            expected.Add(Take());
            Settle();
            max = expected.Count == 1 ? Math.Min(max, 1 + _items.Count) : max;   // what is there, with those let in by the first
        }

        Assert.Equal(expected, got);
    }

    private int[] GetNowait()
    {
        int item = 0;
        return Succeeds<Queues.QueueEmptyException>(() => item = queue.GetNowait()) ? [item] : [];
    }

    private void BeginPut()
    {
        int item = NewItem();
        _putters.Add((new Awaited<bool>(token => queue.TryPutAsync(item, Timeout.InfiniteTimeSpan, token)), item));
    }

    private static void Cancel<TWaiter, T>(List<TWaiter> waiters, int which, Func<TWaiter, Awaited<T>> awaited)
    {
        int place = which % waiters.Count;
        Awaited<T> cancelled = awaited(waiters[place]);
        waiters.RemoveAt(place);
        cancelled.Cancel();
        cancelled.AssertFailed<OperationCanceledException>();
    }

    private void Shutdown(bool immediate)
    {
        queue.Shutdown(immediate);
        _isShutDown = true;
        if (immediate)
        {
            _unfinished = Math.Max(0, _unfinished - _items.Count);
            _items.Clear();
        }
    }

    /// <summary>Serves those who wait, in order of arrival, as long as one can be served.</summary>
    private void Settle()
    {
        ServeGetters();
        while (_putters.Count > 0 && (_isShutDown || HasRoom))
        {
            (Awaited<bool> putter, int item) = _putters[0];
            _putters.RemoveAt(0);
            if (_isShutDown)
            {
                putter.AssertFailed<Queues.QueueShutDownException>();
            }
            else
            {
                putter.AssertEndedWith(true);
                Store(item);
                ServeGetters();
            }
        }

        if (_unfinished == 0)
        {
            _joiners.ForEach(joiner => joiner.AssertEndedWith(true));
            _joiners.Clear();
        }
    }

    private void ServeGetters()
    {
        while (_getters.Count > 0 && (_isShutDown || _items.Count > 0))
        {
            Awaited<int> getter = _getters[0];
            _getters.RemoveAt(0);
            if (_items.Count > 0)
            {
                getter.AssertEndedWith(Take());
            }
            else
            {
                getter.AssertFailed<Queues.QueueShutDownException>();
            }
        }
    }

    private void Store(int item)
    {
        _items.Add(item);
        _unfinished++;
    }

    private int Take()
    {
        int place = next(_items);
        int item = _items[place];
        _items.RemoveAt(place);
        return item;
    }

    private int NewItem() => ++_number * 7919 % 101;

    private void AssertEqual()
    {
        Assert.Equal(
            (_items.Count, _unfinished, _maxsize, _isShutDown, _items.Count == 0, _maxsize > 0 && _items.Count >= _maxsize),
            (queue.Qsize, queue.UnfinishedTasks, queue.Maxsize, queue.IsShutdown, queue.Empty, queue.Full));
        Assert.Equal((_getters.Count, _putters.Count, _joiners.Count), (queue.GetterCount, queue.PutterCount, queue.JoinerCount));
        Assert.All(_getters, getter => Assert.True(getter.IsPending));
        Assert.All(_putters, putter => Assert.True(putter.Await.IsPending));
        Assert.All(_joiners, joiner => Assert.True(joiner.IsPending));
    }

    /// <summary>False when it failed so.</summary>
    private static bool Succeeds<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
            return true;
        }
        catch (TException exception) when (exception is not Queues.QueueShutDownException)
        {
            return false;
        }
    }
}
