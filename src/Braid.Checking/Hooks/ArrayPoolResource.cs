using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The arrays that a run has rented from a pool, and those that it has returned.</summary>
/// <remarks>
/// The array returned last is rented first, whichever thread asks: so a thread that still uses what it has returned meets the one that has
/// it now. What happened before an array was returned happens before what is done with it once it is rented again.
/// </remarks>
internal sealed class ArrayPoolResource : Resource
{
    private readonly Dictionary<Array, Rented> _all = new(ReferenceEqualityComparer.Instance);
    private readonly List<Rented> _free = [];   // the array returned last is the last

    public override string Noun => "pool of arrays";

    public T[] Rent<T>(int length, ControlledThread thread)
    {
        int place = _free.FindLastIndex(free => free.Array.Length == length);
        if (place < 0)
        {
            var made = new Rented(new T[length]);
            _all.Add(made.Array, made);
            return (T[])made.Array;
        }

        Rented next = _free[place];
        _free.RemoveAt(place);
        next.AcquireBy(thread);
        return (T[])next.Array;
    }

    /// <summary>Whether the array was rented from this pool.</summary>
    public bool Knows(Array array) => _all.ContainsKey(array);

    public void Return(Array array, ControlledThread thread)
    {
        Rented rented = _all[array];
        rented.ReleaseBy(thread);
        _free.Add(rented);
    }

    private sealed class Rented(Array array) : Resource
    {
        public Array Array => array;

        public override string Noun => "rented array";
    }
}
