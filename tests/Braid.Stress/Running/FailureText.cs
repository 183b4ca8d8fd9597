using System.Runtime.CompilerServices;

namespace Braid.Stress;

/// <summary>What a check says when it fails, made only then: to make it takes locks of .NET's, in which an interrupt that is meant for a wait may strike.</summary>
[InterpolatedStringHandler]
internal ref struct FailureText
{
    private DefaultInterpolatedStringHandler _text;

    public FailureText(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        if (isNeeded)
        {
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount);
        }
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value, string? format = null) => _text.AppendFormatted(value, format);

    public string Make() => _text.ToStringAndClear();
}
