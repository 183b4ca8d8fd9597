namespace Braid.Threading;

/// <summary>Makes a scope release once, however many copies of it there are and however often each is disposed.</summary>
/// <remarks>
/// A scope is a struct, so nothing in it can distinguish a copy from the original. It stores the number that its hold had when it was
/// entered; ending the hold changes the number, and with it every copy is over. Each thread keeps the holds of its last scopes for the next
/// ones, so a scope allocates nothing; the number only increases, so a copy that is long over cannot end a later scope.
/// </remarks>
internal sealed class Hold
{
    private const int MaxKept = 8;   // scopes rarely nest deeper

    [ThreadStatic]
    private static Hold? t_free;

    private Hold? _next;      // in a thread's list of free holds; that thread only
    private int _following;   // how many follow in the list; that thread only
    private long _number;     // incremented when the hold ends, by the thread that ends it

    // Orders: nothing is published by _number; the compare-exchange lets one of several copies end the hold, and the number of an ended
    // hold never recurs.

    /// <summary>Begins a hold of the object that the caller has just acquired.</summary>
    public static Hold Begin(out long number)
    {
        Hold hold = t_free ?? new Hold();
        t_free = hold._next;
        number = hold._number;
        return hold;
    }

    /// <summary>Ends the hold, in a scope that cannot leave its thread.</summary>
    /// <returns>False if it is over already.</returns>
    public bool TryEndHere(long number)
    {
        if (Volatile.Read(ref _number) != number)   // over: the hold may be another thread's by now, where the number only increases
        {
            return false;
        }

        _number = number + 1;
        Keep();
        return true;
    }

    /// <summary>Ends the hold, in a scope whose copies may be anywhere: exactly one of several threads does.</summary>
    /// <inheritdoc cref="TryEndHere"/>
    public bool TryEnd(long number)
    {
        if (Interlocked.CompareExchange(ref _number, number + 1, number) != number)
        {
            return false;
        }

        Keep();
        return true;
    }

    private void Keep()
    {
        Hold? free = t_free;
        if (_next != free)
        {
            _next = free;
        }

        _following = free is null ? 0 : free._following + 1;
        if (_following < MaxKept)
        {
            t_free = this;
        }
    }
}
