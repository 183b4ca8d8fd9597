using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>
/// The names of the types as which the processes of a program have sent or received values, by stamp. It lies in shared memory and serves
/// the messages of refusals.
/// </summary>
/// <remarks>
/// An open hash table to which entries are only added. An entry is claimed by a compare-exchange of its stamp and readable once its length
/// is set. A process killed in between leaves an entry without a name forever, and a full neighbourhood takes no more: a refusal then names
/// only the stamp. Nothing else depends on the table, so nothing in it is trusted.
/// Orders: <c>Stamp</c> goes from 0 to a stamp once, by compare-exchange. <c>Length</c> is stored as a release after the text, and
/// acquired.
/// </remarks>
/// <param name="start">Zeroed shared memory of <see cref="Bytes"/>.</param>
internal readonly unsafe struct TypeDirectory(byte* start)
{
    public const int Bytes = EntryCount * EntryBytes;

    private const int EntryCount = 4096;
    private const int EntryBytes = 256;
    private const int TextBytes = EntryBytes - sizeof(ulong) - sizeof(int);
    private const int MaxProbes = 64;

    private readonly Entry* _entries = (Entry*)start;

    /// <param name="stamp">Not zero.</param>
    /// <param name="name">The name of the type, which is cut if it is too long.</param>
    public void Add(ulong stamp, string name)
    {
        for (int probe = 0; probe < MaxProbes; probe++)
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
                Volatile.Write(ref entry->Length, bytes);   // pairs with the read in Find: a reader that sees the length sees the text
                return;
            }
        }
    }

    /// <returns>Null if the name is not known.</returns>
    public string? Find(ulong stamp)
    {
        for (int probe = 0; probe < MaxProbes; probe++)
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
        public int Length;                     // of the text; written after the text by the process that claimed the entry
        public fixed byte Text[TextBytes];
    }
}
