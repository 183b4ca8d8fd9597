using System.Numerics;

namespace Braid.Python;

/// <summary>The integer types of .NET, all of which are Python's one.</summary>
internal static class PythonInt
{
    /// <summary>The value; null for what is no integer.</summary>
    public static BigInteger? Of(object? value) => value switch
    {
        long number => number,
        int number => number,
        BigInteger number => number,
        short number => number,
        sbyte number => number,
        byte number => number,
        ushort number => number,
        uint number => number,
        ulong number => number,
        nint number => number,
        nuint number => number,
        Int128 number => number,
        UInt128 number => number,
        _ => null,
    };

    /// <summary>The value as it is read: a long where it is one, else a BigInteger.</summary>
    public static object Boxed(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
}
