using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Braid.Multiprocessing;

/// <summary>What names stood for when they were first met, found again by their bytes.</summary>
internal static class NameCache
{
    private static readonly ConcurrentDictionary<byte[], object> s_found = new(new Bytes());
    private static readonly ConcurrentDictionary<byte[], object>.AlternateLookup<ReadOnlySpan<byte>> s_bySpan = s_found.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The type, or the shape of the delegate.</summary>
    public static object Resolve(ReadOnlySpan<byte> name) =>
        s_bySpan.TryGetValue(name, out object? known) ? known : s_found.GetOrAdd(name.ToArray(), NameReader.Resolve(name));

    private sealed class Bytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        /// <summary>The end alone: there are the tokens, by which the names of one program differ.</summary>
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            const int TellingBytes = 24;
            var hash = default(HashCode);
            hash.AddBytes(alternate[Math.Max(0, alternate.Length - TellingBytes)..]);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
