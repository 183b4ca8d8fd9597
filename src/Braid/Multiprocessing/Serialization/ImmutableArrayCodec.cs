using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of immutable arrays, the one that was never made among them.</summary>
internal sealed class ImmutableArrayCodec<T> : PayloadCodec<ImmutableArray<T>>
{
    public override void Write(PayloadWriter writer, ImmutableArray<T> value) =>
        PayloadCodec<T[]?>.Instance.Write(writer, ImmutableCollectionsMarshal.AsArray(value));

    public override ImmutableArray<T> Read(ref PayloadReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(PayloadCodec<T[]?>.Instance.Read(ref reader));
}
