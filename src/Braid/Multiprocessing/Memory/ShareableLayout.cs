using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>Where the parts of a <see cref="ShareableList"/> lie.</summary>
/// <remarks>
/// Python's layout. Numbers are 64 bits, signed, in the machine's byte order: the number of items N; N + 1 offsets into the data, the first
/// 0, the last the size of the data; the data, every slot a multiple of eight; N formats of eight bytes, padded with zeroes; N codes of one
/// byte. Count and offsets never change once the list is made, and are read once: whatever a faulty process does to them later affects no
/// access.
/// </remarks>
internal sealed class ShareableLayout
{
    private const int NumberBytes = sizeof(long);
    private const int FormatBytes = 8;

    private readonly long[] _offsets;   // of the slots, and the end

    private ShareableLayout(SharedMemory memory, long[] offsets)
    {
        Memory = memory;
        _offsets = offsets;
    }

    public SharedMemory Memory { get; }

    public int Count => _offsets.Length - 1;

    private long DataAt => (Count + 2L) * NumberBytes;

    private long FormatsAt => DataAt + _offsets[^1];

    private long CodesAt => FormatsAt + ((long)Count * FormatBytes);

    public static ShareableLayout Create(IEnumerable<object?> sequence, string? name)
    {
        ShareableItem[] items = [.. sequence.Select(ShareableItem.Of)];
        long[] offsets = new long[items.Length + 1];
        for (int index = 0; index < items.Length; index++)
        {
            _ = Format(items[index].Room);
            offsets[index + 1] = offsets[index] + items[index].Room;
        }

        long size = ((items.Length + 2L) * NumberBytes) + offsets[^1] + (items.Length * (FormatBytes + 1L));
        var layout = new ShareableLayout(new SharedMemory(name, create: true, size), offsets);
        layout.Number(0) = items.Length;
        for (int index = 0; index < offsets.Length; index++)
        {
            layout.Number(index + 1) = offsets[index];
        }

        for (int index = 0; index < items.Length; index++)
        {
            layout.Write(index, items[index]);
        }

        return layout;
    }

    /// <exception cref="InvalidDataException">The memory holds no such list.</exception>
    public static ShareableLayout Attach(string name)
    {
        var memory = new SharedMemory(name);
        long count = memory.Size < 2 * NumberBytes ? -1 : NumberAt(memory, 0);
        if (count >= 0 && count < memory.Size / (2 * NumberBytes))
        {
            long[] offsets = new long[count + 1];
            for (int index = 0; index < offsets.Length; index++)
            {
                offsets[index] = NumberAt(memory, index + 1);
            }

            var layout = new ShareableLayout(memory, offsets);
            if (IsOrderly(offsets, memory.Size) && layout.CodesAt + count <= memory.Size)
            {
                return layout;
            }
        }

        memory.Dispose();
        throw new InvalidDataException($"The shared memory {name}, {memory.Size:N0} bytes, does not hold a ShareableList.");
    }

    /// <summary>How an item is stored.</summary>
    public string FormatOf(int index) => Encoding.Latin1.GetString(FormatAt(index).TrimEnd((byte)0));

    public object? Read(int index) => ShareableItem.Read((ShareableCode)Code(index), FormatOf(index), Slot(index));

    /// <exception cref="ArgumentException">It does not fit into the slot. Nothing changes.</exception>
    public void Write(int index, in ShareableItem item)
    {
        Span<byte> slot = Slot(index);
        bool endsInZero = item.NumberFormat is null && item.Bytes is [.., 0];
        if (item.Bytes.Length + (endsInZero ? 1 : 0) > slot.Length)
        {
            throw new ArgumentException(
                $"Item {index} has room for {slot.Length} bytes, and this takes " +
                $"{item.Bytes.Length}{(endsInZero ? " and, as it ends in a zero byte, one more" : "")}. Make the list with a longer item " +
                "in this place.");
        }

        string format = item.NumberFormat ?? Format(endsInZero ? item.Bytes.Length : slot.Length);
        item.Bytes.CopyTo(slot);
        slot[item.Bytes.Length..].Clear();
        Span<byte> place = FormatAt(index);
        place.Clear();
        Encoding.Latin1.GetBytes(format, place);
        Code(index) = (byte)item.Code;
    }

    private static string Format(int length) => length < 10_000_000
        ? $"{length}s"
        : throw new ArgumentException(
            $"A text or bytes take {length:N0} bytes in a ShareableList, where at most 9,999,991 go in. Put it into a SharedMemory of " +
            "its own.");

    private static bool IsOrderly(long[] offsets, long size)
    {
        long before = 0;
        foreach (long offset in offsets.AsSpan(1))
        {
            if (offset < before + ShareableItem.Step || offset > size)
            {
                return false;
            }

            before = offset;
        }

        return offsets[0] == 0;
    }

    private static ref long NumberAt(SharedMemory memory, long number) =>
        ref MemoryMarshal.AsRef<long>(memory.Slice(number * NumberBytes, NumberBytes));

    private ref long Number(long number) => ref NumberAt(Memory, number);

    private Span<byte> Slot(int index) =>
        Memory.Slice(DataAt + _offsets[index], (int)Math.Min(_offsets[index + 1] - _offsets[index], int.MaxValue));

    private Span<byte> FormatAt(int index) => Memory.Slice(FormatsAt + ((long)index * FormatBytes), FormatBytes);

    private ref byte Code(int index) => ref Memory.Slice(CodesAt + index, 1)[0];
}
