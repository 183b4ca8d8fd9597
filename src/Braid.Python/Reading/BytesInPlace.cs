namespace Braid.Python;

/// <summary>Many bytes of a pickle, before it is known what they are for: where they lie, until they are taken as a value.</summary>
/// <remarks>
/// An array of numbers is made of bytes, and copies them itself. So many bytes stay in the pickle while they are on the machine's stack or
/// in its memo, also inside a short tuple, such as the arguments of an array. Whatever else takes them gets a copy, always the same one.
/// </remarks>
internal sealed class BytesInPlace(int start, int length, bool isByteArray)
{
    /// <summary>The length of the longest tuple that may have them inside: numpy's state of an array.</summary>
    public const int LongestTuple = 5;

    private object? _value;

    public bool IsByteArray => isByteArray;

    public ReadOnlySpan<byte> In(ReadContext context) => context.Data.Slice(start, length);

    /// <summary>The value that they are, a copy.</summary>
    public object Take(ReadContext context) => _value ??= Copy(context, In(context), isByteArray);

    public static object Copy(ReadContext context, ReadOnlySpan<byte> bytes, bool isByteArray)
    {
        context.Charge(bytes.Length);
        byte[] copy = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(copy);
        return isByteArray ? new PythonByteArray(copy) : copy;
    }
}
