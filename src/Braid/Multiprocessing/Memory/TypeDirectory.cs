using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>The names of the types that the processes of a program have sent or received values as, by stamp: in shared memory, for the messages of refusals.</summary>
/// <remarks>
/// An open hash table that is only added to. An entry is taken by a compare-exchange of its stamp and readable once its length is set. A
/// process killed between the two leaves an entry without a name for good, and a full neighbourhood takes no more: then a refusal names the
/// stamp alone. Nothing else depends on the table, so nothing in it is believed.
/// Orders: <c>Stamp</c> goes from 0 to a stamp once, by compare-exchange. <c>Length</c> is stored as a release after the text, and acquired.
/// </remarks>
/// <param name="start">Zeroed shared memory of <see cref="Bytes"/>.</param>
internal readonly unsafe struct TypeDirectory(byte* start)
{
    public const int Bytes = EntryCount * EntryBytes;

    private const int EntryCount = 4096;
    private const int EntryBytes = 256;
    private const int TextBytes = EntryBytes - sizeof(ulong) - sizeof(int);
    private const int MostProbes = 64;

    private readonly Entry* _entries = (Entry*)start;

    /// <param name="stamp">Not zero.</param>
    /// <param name="name">What to call the type; its beginning is kept when it is too long.</param>
    public void Add(ulong stamp, string name)
    {
        for (int probe = 0; probe < MostProbes; probe++)
        {
            Entry* entry = At(stamp, probe);
            ulong seen = Interlocked.CompareExchange(ref entry->Stamp, stamp, 0);
            if (seen == stamp)
            {
                return;
            }

            if (seen == 0)
            {
                // A death before the length is set costs the name.
                Encoding.UTF8.GetEncoder().Convert(name, new Span<byte>(entry->Text, TextBytes), flush: true, out _, out int bytes, out _);
                Volatile.Write(ref entry->Length, bytes);   // pairs with the read in Find: whoever sees the length sees the text
                return;
            }
        }
    }

    /// <returns>Null when the name is not known.</returns>
    public string? Find(ulong stamp)
    {
        for (int probe = 0; probe < MostProbes; probe++)
        {
            Entry* entry = At(stamp, probe);
            ulong seen = Volatile.Read(ref entry->Stamp);
            if (seen == stamp)
            {
                int length = Volatile.Read(ref entry->Length);
                return length is > 0 and <= TextBytes ? Encoding.UTF8.GetString(entry->Text, length) : null;
            }

            if (seen == 0)
            {
                return null;
            }
        }

        return null;
    }

    private Entry* At(ulong stamp, int probe) => _entries + ((stamp + (ulong)probe) % EntryCount);

    [StructLayout(LayoutKind.Sequential, Size = EntryBytes)]
    private struct Entry
    {
        public ulong Stamp;                    // by compare-exchange from 0, once
        public int Length;                     // of the text; by whoever took the entry, after the text
        public fixed byte Text[TextBytes];
    }
}
