using System.Collections.Concurrent;

namespace Braid.Checking.Tests.Linearizability;

/// <summary>A stack that checks and then acts: two threads may pop the same item.</summary>
internal sealed class CheckThenActStack
{
    private readonly Lock _gate = new();
    private readonly List<int> _items = [];

    public void Push(int item)
    {
        lock (_gate)
        {
            _items.Add(item);
        }
    }

    public int? TryPop()
    {
        int top;
        lock (_gate)
        {
            if (_items.Count == 0)
            {
                return null;
            }

            top = _items[^1];
        }

        lock (_gate)
        {
            _items.Remove(top);
        }

        return top;
    }
}

/// <summary>A queue that replaces its items without checking whether another thread has: an item may be lost.</summary>
internal sealed class LosingQueue
{
    private volatile int[] _items = [];

    public void Enqueue(int item) => _items = [.. _items, item];

    public int? TryDequeue()
    {
        while (true)
        {
            int[] items = _items;
            if (items.Length == 0)
            {
                return null;
            }

            if (Interlocked.CompareExchange(ref _items, items[1..], items) == items)
            {
                return items[0];
            }
        }
    }
}

/// <summary>A counter without a lock.</summary>
internal sealed class PlainCounter
{
    private int _value;

    public int Value => _value;

    public void Increment() => _value++;
}

/// <summary>A flag without synchronization, whose results are nevertheless those of some order.</summary>
internal sealed class PlainFlag
{
    private bool _isSet;

    public bool IsSet => _isSet;

    public void Set() => _isSet = true;
}

/// <summary>A register for which each thread remembers what it has read or written.</summary>
internal sealed class RememberedRegister
{
    [ThreadStatic]
    private static int? t_remembered;

    private volatile int _value;

    public int Get() => t_remembered ??= _value;

    public void Set(int value)
    {
        _value = value;
        t_remembered = value;
    }
}

/// <summary>A register whose reads and writes race, and which is correct nevertheless.</summary>
internal sealed class RacyRegister
{
    private int _value;
    private int _uses;

    public void Touch() => Interlocked.Increment(ref _uses);

    public int Get()
    {
        int value = _value;
        Interlocked.Increment(ref _uses);
        return value;
    }

    public void Set(int value)
    {
        Interlocked.Increment(ref _uses);
        _value = value;
        Interlocked.Increment(ref _uses);
    }
}

/// <summary>A counter that two threads may increment to the same value, although no increment is lost.</summary>
internal sealed class TornCounter
{
    private int _value;

    public int Increment()
    {
        Interlocked.Increment(ref _value);
        return Volatile.Read(ref _value);
    }
}

/// <summary>A cache that counts how many values it has made: its factory may run twice for a key.</summary>
internal sealed class CountingCache
{
    private readonly ConcurrentDictionary<int, int> _values = new();
    private int _made;

    public int Made => Volatile.Read(ref _made);

    public int Get(int key) => _values.GetOrAdd(key, made =>
    {
        Interlocked.Increment(ref _made);
        return made * made;
    });
}

/// <summary>A queue whose consumers wait with <c>if</c>, and whose producers wake one only if the queue was empty.</summary>
internal sealed class SleepyQueue
{
    private readonly object _gate = new();
    private readonly Queue<int> _items = new();
    private int _waiting;

    public void Put(int item)
    {
        lock (_gate)
        {
            _items.Enqueue(item);
            if (_items.Count == 1 && _waiting > 0)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    public int Take()
    {
        lock (_gate)
        {
            while (_items.Count == 0)
            {
                _waiting++;
                Monitor.Wait(_gate);
                _waiting--;
            }

            return _items.Dequeue();
        }
    }
}
