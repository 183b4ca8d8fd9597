using System.Numerics;

namespace Braid.Python;

/// <summary>A plain <c>numpy.dtype</c>: what kind of number, of how many bytes, in which order.</summary>
/// <param name="Kind">b bool, i and u integers with and without sign, f float, c complex.</param>
/// <param name="Size">Bytes an element.</param>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
public sealed record NumpyType(char Kind, int Size, bool IsBigEndian = false)
{
    /// <summary>Kind and size as numpy writes them: <c>f8</c>.</summary>
    public override string ToString() => $"{Kind}{Size}";

    internal Type? ElementType => (Kind, Size) switch
    {
        ('b', 1) => typeof(bool),
        ('i', 1) => typeof(sbyte),
        ('i', 2) => typeof(short),
        ('i', 4) => typeof(int),
        ('i', 8) => typeof(long),
        ('u', 1) => typeof(byte),
        ('u', 2) => typeof(ushort),
        ('u', 4) => typeof(uint),
        ('u', 8) => typeof(ulong),
        ('f', 2) => typeof(Half),
        ('f', 4) => typeof(float),
        ('f', 8) => typeof(double),
        ('c', 16) => typeof(Complex),
        _ => null,
    };

    internal static NumpyType? Of(Type element) => Type.GetTypeCode(element) switch
    {
        _ when element.IsEnum => null,
        TypeCode.Boolean => new('b', 1),
        TypeCode.SByte => new('i', 1),
        TypeCode.Int16 => new('i', 2),
        TypeCode.Int32 => new('i', 4),
        TypeCode.Int64 => new('i', 8),
        TypeCode.Byte => new('u', 1),
        TypeCode.UInt16 => new('u', 2),
        TypeCode.UInt32 => new('u', 4),
        TypeCode.UInt64 => new('u', 8),
        TypeCode.Single => new('f', 4),
        TypeCode.Double => new('f', 8),
        _ when element == typeof(Half) => new('f', 2),
        _ when element == typeof(Complex) => new('c', 16),
        _ => null,
    };
}
