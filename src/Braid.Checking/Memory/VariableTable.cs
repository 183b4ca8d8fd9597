using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>Finds what is known of a place in memory, by its address.</summary>
/// <remarks>
/// <para>
/// An address is the only name that all ways to reach a place share: a field, an element, a reference handed from method to method, a
/// page of shared memory. The garbage collector may move objects, and then an address means something else. So a run
/// during which it has collected does not count and is done again, with the same choices: collections are rare beside runs, and within one
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

    public Variable At(nuint address)
    {
        int mask = _addresses.Length - 1;
        int slot = (int)((uint)((address >> 2) * 0x9E3779B97F4A7C15) >> 8) & mask;
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

    public void Clear()
    {
        _count = 0;
        _stamp++;
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

        return variable;
    }

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

            int slot = (int)((uint)((addresses[i] >> 2) * 0x9E3779B97F4A7C15) >> 8) & (size - 1);
            while (_stamps[slot] == _stamp)
            {
                slot = (slot + 1) & (size - 1);
            }

            (_addresses[slot], _stamps[slot], _variables[slot]) = (addresses[i], _stamp, variables[i]);
        }
    }
}
