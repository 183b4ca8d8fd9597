using System.Numerics;

namespace Braid.Multiprocessing;

/// <summary>Each process's share of a primitive, so that it can be taken back when the process dies.</summary>
/// <remarks>
/// One entry for each slot of the process table, and a map of those in use; a page of memory exists only where there are entries.
/// Everything is guarded by the gate of the primitive that owns the accounts: every method requires the scope of a stay inside. An entry
/// stays in use while its process lives.
/// </remarks>
internal sealed unsafe class SharedAccounts(Segment segment, long offset)
{
    /// <summary>Memory for all accounts, initially zeroes.</summary>
    public const int Bytes = MapBytes + (ProcessTable.SlotCount * 16);

    private const int MapBytes = ProcessTable.SlotCount / 8;
    private const int MapWords = MapBytes / sizeof(long);

    private readonly long* _map = (long*)(segment.Data + offset);
    private readonly Account* _accounts = (Account*)(segment.Data + offset + MapBytes);
    private readonly int _self = ProcessTable.Self;

    /// <summary>Whether this process's entry still belongs to a dead process that had the same slot: settle first.</summary>
    public bool IsStale => Mine.Token != 0 && Mine.Token != _self;

    /// <summary>How many this process holds.</summary>
    public int Held => Mine.Token == _self ? Mine.Held : 0;

    private ref Account Mine => ref _accounts[ProcessTable.SlotOf(_self)];

    /// <summary>Changes this process's account.</summary>
    public void Add(in SharedGate.Scope change, int held, int waiting)
    {
        ref Account mine = ref Mine;
        Debug.Assert(!IsStale);
        if (mine.Token == 0)
        {
            int slot = ProcessTable.SlotOf(_self);
            change.Set(ref mine.Token, _self);
            change.Set(ref _map[slot / 64], _map[slot / 64] | (1L << (slot % 64)));
        }

        if (held != 0)
        {
            change.Set(ref mine.Held, mine.Held + held);
        }

        if (waiting != 0)
        {
            change.Set(ref mine.Waiting, mine.Waiting + waiting);
        }
    }

    /// <summary>Deducts from the account of another process that holds something.</summary>
    /// <param name="change">The stay inside.</param>
    /// <param name="most">Not more than this; 1 or more.</param>
    /// <returns>How much was deducted; 0 if no other process holds anything.</returns>
    public int TakeFromAnother(in SharedGate.Scope change, int most)
    {
        for (int word = 0; word < MapWords; word++)
        {
            for (long left = _map[word]; left != 0; left &= left - 1)
            {
                ref Account account = ref _accounts[(word * 64) + BitOperations.TrailingZeroCount(left)];
                if (account.Token != _self && account.Held > 0)
                {
                    int taken = Math.Min(most, account.Held);
                    change.Set(ref account.Held, account.Held - taken);
                    return taken;
                }
            }
        }

        return 0;
    }

    /// <summary>Closes the account of one dead process, if there is one.</summary>
    public bool TryClose(in SharedGate.Scope change, in DeathWatch deaths, out int held, out int waiting)
    {
        for (int word = 0; word < MapWords; word++)
        {
            for (long left = _map[word]; left != 0; left &= left - 1)
            {
                int slot = (word * 64) + BitOperations.TrailingZeroCount(left);
                ref Account account = ref _accounts[slot];
                if (account.Token != _self && (slot == ProcessTable.SlotOf(_self) || deaths.IsDead(account.Token)))
                {
                    (held, waiting) = (account.Held, account.Waiting);
                    change.Set(ref account.Token, 0);
                    change.Set(ref account.Held, 0);
                    change.Set(ref account.Waiting, 0);
                    change.Set(ref _map[word], _map[word] & ~(1L << (slot % 64)));
                    return true;
                }
            }
        }

        (held, waiting) = (0, 0);
        return false;
    }

    private struct Account
    {
        public int Token;     // the owner's; 0: free
        public int Held;
        public int Waiting;   // threads, and heads of awaiting lines
        public int Reserved;
    }
}
