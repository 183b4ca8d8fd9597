using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>Finds the variable of a memory location by its address.</summary>
/// <remarks>
/// <para>
/// An address is the only name that all ways to reach a location share: a field, an element, a reference passed from method to method, a
/// page of shared memory. The garbage collector may move objects, and an address then means something else. So a run during which a
/// collection occurred does not count and is repeated with the same choices: collections are rare compared with runs, and within a run
/// nothing is freed, so no address is used twice.
/// </para>
/// <para>Open addressing; emptied between runs by a new stamp, not by clearing.</para>
/// </remarks>
internal sealed class VariableTable(Execution execution)
{
    private nuint[] _addresses = new nuint[256];
    private int[] _stamps = new int[256];
    private Variable?[] _variables = new Variable?[256];
    private int _stamp = 1;
    private int _count;

    /// <summary>What calls did to ranges of locations.</summary>
    public RangeTable Ranges { get; } = new();

    public Variable At(nuint address)
    {
        int mask = _addresses.Length - 1;
        int slot = SlotOf(address, mask);
        while (_stamps[slot] == _stamp)
        {
            if (_addresses[slot] == address)
            {
                return _variables[slot]!;
            }

            slot = (slot + 1) & mask;
        }

        return Add(slot, address);
    }

    /// <summary>Adds the existing variables in this range.</summary>
    public void AddKnown(nuint start, nuint end, List<Variable> known)
    {
        if (end - start > (nuint)_addresses.Length)
        {
            for (int slot = 0; slot < _addresses.Length; slot++)
            {
                if (_stamps[slot] == _stamp && _addresses[slot] - start < end - start)
                {
                    known.Add(_variables[slot]!);
                }
            }

            return;
        }

        // There may be one at each address: another thread may access the same memory as bytes.
        int mask = _addresses.Length - 1;
        for (nuint address = start; address < end; address++)
        {
            for (int slot = SlotOf(address, mask); _stamps[slot] == _stamp; slot = (slot + 1) & mask)
            {
                if (_addresses[slot] == address)
                {
                    known.Add(_variables[slot]!);
                    break;
                }
            }
        }
    }

    public void Clear()
    {
        _count = 0;
        _stamp++;
        Ranges.Clear();
    }

    private Variable Add(int slot, nuint address)
    {
        var variable = new Variable { Id = ++execution.NextResourceId };
        _stamps[slot] = _stamp;
        _addresses[slot] = address;
        _variables[slot] = variable;
        if (++_count > _addresses.Length / 2)
        {
            Grow();
        }

        if (!Ranges.IsEmpty)
        {
            Ranges.ApplyTo(variable, address);
        }

        return variable;
    }

    private static int SlotOf(nuint address, int mask) => (int)((uint)((address >> 2) * 0x9E3779B97F4A7C15) >> 8) & mask;

    private void Grow()
    {
        (nuint[] addresses, int[] stamps, Variable?[] variables) = (_addresses, _stamps, _variables);
        int size = 2 * addresses.Length;
        (_addresses, _stamps, _variables) = (new nuint[size], new int[size], new Variable?[size]);
        for (int i = 0; i < addresses.Length; i++)
        {
            if (stamps[i] != _stamp)
            {
                continue;
            }

            int slot = SlotOf(addresses[i], size - 1);
            while (_stamps[slot] == _stamp)
            {
                slot = (slot + 1) & (size - 1);
            }

            (_addresses[slot], _stamps[slot], _variables[slot]) = (addresses[i], _stamp, variables[i]);
        }
    }
}
