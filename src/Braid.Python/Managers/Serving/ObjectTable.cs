using System.Globalization;
using System.Security.Cryptography;

namespace Braid.Python;

/// <summary>The objects of a server by their numbers, and who has how many references to them.</summary>
/// <remarks>
/// <para>
/// An object lives while a client has a reference. One that was put into another object of the server (a list in a list) has no reference
/// of its own there: it is found as long as .NET reaches it, and counts again once a client takes a reference. CPython keeps such objects
/// forever.
/// </para>
/// <para>
/// Numbers are never used again, and begin with some that are random for each server. So a request for an object that is gone is refused,
/// and so is one for an object of another server; CPython's are addresses in memory.
/// </para>
/// </remarks>
/// <param name="mostObjects">How many there may be.</param>
internal sealed class ObjectTable(int mostObjects)
{
    private const int FirstPrune = 1024;

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Dictionary<string, Entry> _entries = [];      // guarded by _gate
    private readonly string _prefix = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private long _last;                                            // guarded by _gate
    private int _counted;                                          // guarded by _gate: entries to which a client has a reference
    private int _pruneAt = FirstPrune;                             // guarded by _gate

    /// <summary>How many objects clients have references to.</summary>
    public int Count
    {
        get
        {
            using Threading.Scope scope = _gate.EnterScope();
            return _counted;
        }
    }

    /// <summary>How many it knows, those included that only others refer to. For tests.</summary>
    internal int EntryCount
    {
        get
        {
            using Threading.Scope scope = _gate.EnterScope();
            return _entries.Count;
        }
    }

    /// <summary>Gives a client a reference to an object, which gets its number with the first.</summary>
    /// <exception cref="PythonException">There are too many objects.</exception>
    public string Add(Referent referent, Session session)
    {
        using Threading.Scope scope = _gate.EnterScope();
        if (referent.Ident is null || !_entries.TryGetValue(referent.Ident, out Entry? entry))
        {
            Prune();
            referent.Ident ??= _prefix + (++_last).ToString("x8", CultureInfo.InvariantCulture);
            entry = new Entry(referent);
        }

        CountUnderGate(entry, referent, session);
        _entries[referent.Ident] = entry;                // now that it has a reference, by which it can go again
        return referent.Ident;
    }

    /// <summary>Gives a client one more reference.</summary>
    /// <exception cref="PythonException">A KeyError: there is no such object. Or there are too many.</exception>
    public void Increment(string ident, Session session)
    {
        using Threading.Scope scope = _gate.EnterScope();
        Entry entry = _entries.GetValueOrDefault(ident) ?? throw Exceptions.Make("KeyError", ident);
        CountUnderGate(entry, entry.Referent ?? throw Exceptions.Make("KeyError", ident), session);
    }

    /// <summary>Takes one reference from a client.</summary>
    /// <exception cref="PythonException">A KeyError: there is no such object. A ValueError: the client has no reference to it.</exception>
    public void Decrement(string ident, Session session)
    {
        Referent? gone;
        using (_gate.EnterScope())
        {
            Entry entry = _entries.GetValueOrDefault(ident) ?? throw Exceptions.Make("KeyError", ident);
            int count = session.References.GetValueOrDefault(ident);
            if (count == 0)
            {
                throw Exceptions.Make("ValueError", $"{session} has no reference to {ident}");
            }

            if (count == 1)
            {
                session.References.Remove(ident);
            }
            else
            {
                session.References[ident] = count - 1;
            }

            gone = UncountUnderGate(ident, entry, 1);
        }

        gone?.Dispose();
    }

    /// <summary>The client has ended: its references go.</summary>
    public void End(Session session)
    {
        var gone = new List<Referent>();
        using (_gate.EnterScope())
        {
            session.HasEnded = true;
            foreach ((string ident, int count) in session.References)
            {
                if (_entries.TryGetValue(ident, out Entry? entry) && UncountUnderGate(ident, entry, count) is { } referent)
                {
                    gone.Add(referent);
                }
            }

            session.References.Clear();
        }

        gone.ForEach(static referent => referent.Dispose());
    }

    /// <summary>The object; null if it is gone, or never was.</summary>
    public Referent? Find(string ident)
    {
        using Threading.Scope scope = _gate.EnterScope();
        return _entries.GetValueOrDefault(ident)?.Referent;
    }

    /// <summary>The object, which is about to become a part of another one.</summary>
    public Referent? FindForInside(string ident)
    {
        using Threading.Scope scope = _gate.EnterScope();
        Entry? entry = _entries.GetValueOrDefault(ident);
        if (entry?.Referent is not { } referent)
        {
            return null;
        }

        entry.IsInside = true;
        return referent;
    }

    /// <summary>Numbers, counts and objects, in the order of the numbers.</summary>
    public IReadOnlyList<(string Ident, int Count, Referent Referent)> All()
    {
        using Threading.Scope scope = _gate.EnterScope();
        return
        [
            .. _entries.Where(static one => one.Value.Count > 0).OrderBy(static one => one.Key, StringComparer.Ordinal)
                .Select(static one => (one.Key, one.Value.Count, one.Value.Referent!)),
        ];
    }

    private void CountUnderGate(Entry entry, Referent referent, Session session)
    {
        if (session.HasEnded)
        {
            throw Exceptions.Make("RuntimeError", $"{session} has ended");
        }

        if (entry.Count == 0)
        {
            if (_counted >= mostObjects)
            {
                throw Exceptions.Make("RuntimeError", $"the manager has {mostObjects} objects, as many as its server allows (MaxObjects)");
            }

            _counted++;
            entry.Hold(referent);
        }

        entry.Count++;
        session.References[referent.Ident!] = session.References.GetValueOrDefault(referent.Ident!) + 1;
    }

    /// <returns>The object if nothing needs it any more.</returns>
    private Referent? UncountUnderGate(string ident, Entry entry, int count)
    {
        entry.Count -= count;
        if (entry.Count > 0)
        {
            return null;
        }

        _counted--;
        Referent referent = entry.Referent!;
        if (entry.IsInside)
        {
            entry.HoldWeakly(referent);
            return null;
        }

        _entries.Remove(ident);
        return referent;
    }

    /// <summary>Forgets objects that only others of the server referred to, and that .NET has collected.</summary>
    private void Prune()
    {
        if (_entries.Count >= _pruneAt)
        {
            foreach (string ident in _entries.Where(static one => one.Value.Referent is null).Select(static one => one.Key).ToArray())
            {
                _entries.Remove(ident);
            }

            _pruneAt = Math.Max(FirstPrune, 2 * _entries.Count);
        }
    }

    /// <summary>Guarded by the table's gate.</summary>
    private sealed class Entry(Referent referent)
    {
        private Referent? _held = referent;               // while a client has a reference
        private WeakReference<Referent>? _inside;         // while only other objects may

        public int Count { get; set; }

        /// <summary>Whether other objects may refer to it.</summary>
        public bool IsInside { get; set; }

        public Referent? Referent => _held ?? (_inside is not null && _inside.TryGetTarget(out Referent? target) ? target : null);

        public void Hold(Referent referent) => (_held, _inside) = (referent, null);

        public void HoldWeakly(Referent referent) => (_held, _inside) = (null, new WeakReference<Referent>(referent));
    }
}
