using System.Globalization;
using System.Numerics;

namespace Braid.Python;

/// <summary>The text of Python's <c>Decimal</c> and .NET's decimal, without rounding either way.</summary>
internal static class PythonDecimal
{
    private const int MaxScale = 28;
    private static readonly BigInteger s_limit = BigInteger.One << 96;

    /// <summary>
    /// Reads <c>[-]digits[.digits][E[+-]digits]</c>. False for NaN and infinity, and for what 96 bits and 28 places do not hold.
    /// </summary>
    public static bool TryParse(string text, out decimal value)
    {
        value = 0;
        ReadOnlySpan<char> digits = text;
        bool isNegative = digits is ['-', ..];
        digits = isNegative ? digits[1..] : digits;
        int exponent = 0;
        int mark = digits.IndexOf('E');
        if (mark >= 0)
        {
            if (!int.TryParse(digits[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            {
                return false;
            }

            digits = digits[..mark];
        }

        int point = digits.IndexOf('.');
        long scale = (point < 0 ? 0 : digits.Length - point - 1) - (long)exponent;
        string whole = point < 0 ? digits.ToString() : $"{digits[..point]}{digits[(point + 1)..]}";
        if (scale is < -MaxScale or > MaxScale
            || !BigInteger.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger coefficient))
        {
            return false;
        }

        coefficient *= BigInteger.Pow(10, (int)Math.Max(0, -scale));
        if (coefficient >= s_limit)
        {
            return false;
        }

        UInt128 bits = (UInt128)coefficient;
        value = new decimal((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), isNegative, (byte)Math.Max(0, scale));
        return true;
    }

    /// <summary>All digits, also the zeros at the end, and the sign of zero.</summary>
    public static string Format(decimal value)
    {
        string text = Math.Abs(value).ToString(CultureInfo.InvariantCulture);
        return decimal.IsNegative(value) ? $"-{text}" : text;
    }
}
