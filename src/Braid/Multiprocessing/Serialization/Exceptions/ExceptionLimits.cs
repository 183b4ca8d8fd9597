using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>The nested exceptions being written, and how much text they may still use: 64 KiB altogether.</summary>
internal sealed class ExceptionLimits
{
    public const int MaximumDepth = 16;

    private const int MaximumCount = 256;
    private const int MaximumCharacters = 32 * 1024;       // 64 KiB

    private readonly List<Exception> _open = [];
    private int _count;
    private int _charactersLeft = MaximumCharacters;

    /// <summary>Returns why the exception is left out; null if it is being written from now on, until <see cref="Leave"/>.</summary>
    public string? TryEnter(Exception exception)
    {
        if (_open.Contains(exception, ReferenceEqualityComparer.Instance))
        {
            return "(this exception is told already, further up: it refers back to itself)";
        }

        if (_open.Count == MaximumDepth)
        {
            return $"(left out: more than {MaximumDepth} exceptions inside each other)";
        }

        if (_count == MaximumCount)
        {
            return $"(left out: more than {MaximumCount} exceptions at once)";
        }

        _count++;
        _open.Add(exception);
        return null;
    }

    public void Leave() => _open.RemoveAt(_open.Count - 1);

    /// <summary>Returns the text, or as much of its beginning as fits, with its full length.</summary>
    public string? Trim(string? text)
    {
        if (text is null || text.Length <= _charactersLeft)
        {
            _charactersLeft -= text?.Length ?? 0;
            return text;
        }

        string trimmed = $"{text[.._charactersLeft]} ... ({text.Length - _charactersLeft} of {text.Length} characters left out)";
        _charactersLeft = 0;
        return trimmed;
    }
}

/// <summary>A buffer that does not grow beyond a limit.</summary>
internal sealed class LimitedBuffer(int limitBytes) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => Checked().GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => Checked().GetSpan(sizeHint);

    private ArrayBufferWriter<byte> Checked() =>
        _buffer.WrittenCount <= limitBytes ? _buffer : throw new PayloadException($"It takes more than {limitBytes:N0} bytes.");
}
