using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>What calls of .NET did to ranges of memory in this run: a buffer that was read into, an array that was sorted.</summary>
/// <remarks>
/// <para>
/// A call can access thousands of locations that no other access ever reaches, so a location gets a variable of its own only when something
/// else accesses it; the variable then catches up with what earlier calls have done to it (<see cref="ApplyTo"/>). So a call costs as much
/// for a large range as for a small one, and nothing is left out.
/// </para>
/// <para>
/// A range is found by the pages that it lies on; those that lie on many pages are searched one by one. Of a thread's accesses to one
/// range, the last of each kind is kept: a thread that does not know an earlier one does not know the last one either.
/// </para>
/// </remarks>
internal sealed class RangeTable
{
    private const int PageBits = 10;
    private const int MostPages = 8;

    private readonly Dictionary<nuint, int> _byPage = [];       // the last entry of each page's chain
    private (int Range, int Before)[] _entries = new (int, int)[64];
    private RangeAccess[] _ranges = new RangeAccess[64];
    private int[] _orders = new int[64];
    private readonly List<int> _wide = [];
    private readonly List<int> _candidates = [];                // of the current search
    private int _entryCount;
    private int _rangeCount;
    private int _order;

    public bool IsEmpty => _rangeCount == 0;

    public void Clear()
    {
        if (_rangeCount > 0)
        {
            _byPage.Clear();
            _wide.Clear();
            _entryCount = 0;
            _rangeCount = 0;
            _order = 0;
        }
    }

    public void Add(in RangeAccess access)
    {
        for (int entry = FirstOn(access.Start >> PageBits); entry >= 0; entry = _entries[entry].Before)
        {
            if (TryReplace(_entries[entry].Range, access))
            {
                return;
            }
        }

        foreach (int range in _wide)
        {
            if (TryReplace(range, access))
            {
                return;
            }
        }

        if (_rangeCount == _ranges.Length)
        {
            Array.Resize(ref _ranges, 2 * _rangeCount);
            Array.Resize(ref _orders, 2 * _rangeCount);
        }

        _ranges[_rangeCount] = access;
        _orders[_rangeCount] = ++_order;
        Index(access, _rangeCount++);
    }

    /// <summary>For each range access by a call that races with this access, adds one location that both access.</summary>
    public void AddRacing(nuint start, nuint end, bool writes, VectorClock clock, List<nuint> places)
    {
        foreach (int range in Candidates(start, end))
        {
            ref RangeAccess access = ref _ranges[range];
            if ((writes || access.Writes) && access.Overlaps(start, end) && !access.When.HappenedBefore(clock))
            {
                places.Add(nuint.Max(start, access.Start));
            }
        }
    }

    /// <summary>Applies what calls did to its location to a new variable: the last write, and the reads since.</summary>
    public void ApplyTo(Variable variable, nuint address)
    {
        int written = 0;
        List<int> candidates = Candidates(address, address + 1);
        foreach (int range in candidates)
        {
            if (_ranges[range].Writes && _ranges[range].Covers(address) && _orders[range] > written)
            {
                written = _orders[range];
                variable.WasWritten(_ranges[range]);
            }
        }

        foreach (int range in candidates)
        {
            if (!_ranges[range].Writes && _ranges[range].Covers(address) && _orders[range] > written)
            {
                variable.WasRead(_ranges[range]);
            }
        }
    }

    private bool TryReplace(int range, in RangeAccess access)
    {
        ref RangeAccess known = ref _ranges[range];
        if (known.Start != access.Start || known.End != access.End
            || known.When.Thread != access.When.Thread || known.Writes != access.Writes)
        {
            return false;
        }

        known = access;
        _orders[range] = ++_order;
        return true;
    }

    private void Index(in RangeAccess access, int range)
    {
        nuint first = access.Start >> PageBits;
        nuint last = (access.End - 1) >> PageBits;
        if (last - first >= MostPages)
        {
            _wide.Add(range);
            return;
        }

        for (nuint page = first; page <= last; page++)
        {
            if (_entryCount == _entries.Length)
            {
                Array.Resize(ref _entries, 2 * _entryCount);
            }

            _entries[_entryCount] = (range, FirstOn(page));
            _byPage[page] = _entryCount++;
        }
    }

    private int FirstOn(nuint page) => _byPage.TryGetValue(page, out int entry) ? entry : -1;

    /// <summary>Ranges that may overlap this one. A range that lies on several pages may be returned more than once.</summary>
    private List<int> Candidates(nuint start, nuint end)
    {
        _candidates.Clear();
        _candidates.AddRange(_wide);
        nuint first = start >> PageBits;
        nuint last = (end - 1) >> PageBits;
        if (last - first >= (nuint)_byPage.Count)
        {
            for (int range = 0; range < _rangeCount; range++)
            {
                _candidates.Add(range);
            }

            return _candidates;
        }

        for (nuint page = first; page <= last; page++)
        {
            for (int entry = FirstOn(page); entry >= 0; entry = _entries[entry].Before)
            {
                _candidates.Add(_entries[entry].Range);
            }
        }

        return _candidates;
    }
}
