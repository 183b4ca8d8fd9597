using System.Collections;

namespace Braid.Multiprocessing;

/// <summary>A list of fixed length in named shared memory, which a Python program can read and write too.</summary>
/// <remarks>
/// <para>
/// An item is a <see cref="long"/> (other integers become one), a <see cref="double"/>, a <see cref="bool"/>, a <see cref="string"/>, a
/// <see cref="byte"/> array, or null. A slot later takes any of them, but strings and byte arrays only up to the room that the slot was
/// made with: the next multiple of eight above the length of its first value (in UTF-8), and eight for all others. Reading returns a copy.
/// </para>
/// <para>
/// It has no lock, and a write takes several steps: while one process writes a slot, no other may access that slot. Use a lock that they
/// share. Nothing here waits. The layout is Python's to the byte. Zero bytes at the end of a string or byte array are kept, which Python
/// loses: such an item is marked with its exact length instead of the slot's room. Python reads it (without the zeroes), and may later
/// write no more than that length there. An index out of range is always refused.
/// </para>
/// <para>
/// It travels to another process as the name of its memory, to which the receiver attaches; the list that was created owns the name, as
/// <see cref="SharedMemory"/> describes. Python counterpart: <c>multiprocessing.shared_memory.ShareableList</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ShareableList : INamedShared<ShareableList>, IReadOnlyList<object?>, IDisposable
{
    private readonly ShareableLayout _layout;

    /// <summary>Creates a list, or attaches to one.</summary>
    /// <param name="sequence">The items of a list to be created; null, the default, with a name: attach to it.</param>
    /// <param name="name">The name of its memory; null, the default, generates one.</param>
    /// <exception cref="ArgumentException">
    /// An item is of an unsupported type, or a string or byte array of more than 9,999,991 bytes; or the name is invalid.
    /// </exception>
    /// <exception cref="OverflowException">An integer needs more than 64 bits with sign.</exception>
    /// <exception cref="InvalidDataException">The memory to attach to does not hold such a list.</exception>
    /// <inheritdoc cref="SharedMemory(string, bool, long, bool)" path="/exception[not(contains(@cref, 'ArgumentOutOfRangeException') or contains(@cref, 'ArgumentNullException') or contains(@cref, 'System.ArgumentException'))]"/>
    public ShareableList(IEnumerable<object?>? sequence = null, string? name = null)
    {
        _layout = sequence is null && name is not null ? ShareableLayout.Attach(name) : ShareableLayout.Create(sequence ?? [], name);
    }

    /// <summary>How many items it has; this never changes.</summary>
    public int Count => _layout.Count;

    /// <summary>The memory that holds it.</summary>
    public SharedMemory Shm => _layout.Memory;

    /// <summary>How the items are stored, in the notation of Python's module <c>struct</c>, one after the other.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public string Format => string.Concat(Enumerable.Range(0, Count).Select(_layout.FormatOf));

    string INamedShared.Name => Shm.Name;

    /// <summary>An item. <c>^1</c> is the last.</summary>
    /// <param name="index">The index; the first is 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    /// <exception cref="ArgumentException">
    /// On writing: the type is not supported, or the string or byte array is longer than the slot's room. Nothing changes.
    /// </exception>
    /// <exception cref="OverflowException">On writing: an integer needs more than 64 bits with sign. Nothing changes.</exception>
    /// <exception cref="InvalidDataException">On reading: the slot does not hold an item; another process may be writing there.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public object? this[int index]
    {
        get => _layout.Read(Checked(index));
        set => _layout.Write(Checked(index), ShareableItem.Of(value));
    }

    static ShareableList INamedShared<ShareableList>.Attach(string name) => new(name: name);

    /// <summary>An item of a known type: <c>list.Get&lt;int&gt;(0)</c>.</summary>
    /// <typeparam name="T">Its type; any integer type takes an integer.</typeparam>
    /// <param name="index">The index; the first is 0.</param>
    /// <exception cref="InvalidCastException">It is of another type, or null.</exception>
    /// <exception cref="OverflowException">The integer is too large for the type.</exception>
    /// <inheritdoc cref="this[int]" path="/exception"/>
    public T Get<T>(int index) => this[index] switch
    {
        T item => item,
        long number when typeof(T).IsPrimitive && typeof(T) != typeof(bool) && typeof(T) != typeof(char) =>
            (T)Convert.ChangeType(number, typeof(T), System.Globalization.CultureInfo.InvariantCulture),
        var item =>
            throw new InvalidCastException(
                $"Item {index} is {(item is null ? "null" : $"of type {item.GetType().Name}")}, not {typeof(T).Name}."),
    };

    /// <summary>How many items are equal to a value.</summary>
    /// <param name="value">The value; byte arrays are compared byte by byte, and an integer never equals a floating-point number.</param>
    /// <inheritdoc cref="IndexOf" path="/exception"/>
    public int CountOf(object? value) => this.Count(item => ShareableItem.AreEqual(item, value));

    /// <summary>The index of the first item equal to a value.</summary>
    /// <inheritdoc cref="CountOf" path="/param"/>
    /// <returns>-1 if there is none.</returns>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public int IndexOf(object? value)
    {
        for (int index = 0; index < Count; index++)
        {
            if (ShareableItem.AreEqual(this[index], value))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Enumerates the items; each is read when its turn comes.</summary>
    public IEnumerator<object?> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes the memory; the list that was created also removes its name. May be called again.</summary>
    public void Dispose() => Shm.Dispose();

    /// <summary>The name of its memory and how many items it has.</summary>
    public override string ToString() => $"ShareableList({Shm.Name}, {Count} items{(Shm.IsClosed ? ", closed" : "")})";

    private int Checked(int index) => (uint)index < (uint)Count
        ? index
        : throw new ArgumentOutOfRangeException(
            nameof(index), index, Count == 0 ? "The list is empty." : $"The list has {Count} items: the first is 0, the last {Count - 1}.");
}
