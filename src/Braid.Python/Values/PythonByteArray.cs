namespace Braid.Python;

/// <summary>A <c>bytearray</c>, which for Python is another type than the <c>bytes</c> that a byte[] becomes.</summary>
/// <param name="bytes">The bytes. They are not copied.</param>
public sealed class PythonByteArray(byte[] bytes)
{
    /// <summary>The bytes, not a copy.</summary>
    public Memory<byte> Memory => Bytes;

    /// <summary>The bytes, not a copy.</summary>
    public Span<byte> Span => Bytes;

    internal byte[] Bytes { get; } = bytes ?? throw new ArgumentNullException(nameof(bytes));
}
