using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>The way of objects of types with <see cref="Statics"/>: for those that a static names, which one it is; all others go in the way of their type.</summary>
/// <remarks>
/// What a static of the program holds need not be the same in both processes - the start time, a setting - so what it holds here travels with it. A receiver whose
/// object holds the same uses that. Else it makes a copy, or, of a type that nobody else makes objects of, refuses.
/// </remarks>
internal sealed class StaticCodec(Type type, Statics statics, ObjectCodec way) : ObjectCodec
{
    public override void ThrowIfRefused(object value)
    {
        if (statics.IsProved || statics.IndexOf(value) < 0)
        {
            way.ThrowIfRefused(value);
        }
    }

    public override void Write(PayloadWriter writer, object value)
    {
        int index = statics.IndexOf(value);
        writer.WriteVarint((ulong)(index + 1));
        if (index < 0)
        {
            way.Write(writer, value);
        }
        else if (statics.IsProved)
        {
            var contents = new ArrayBufferWriter<byte>();
            WriteContents(writer.Apart(contents), value);
            writer.WriteVarint((ulong)contents.WrittenCount);
            writer.WriteBytes(contents.WrittenSpan);
        }
    }

    public override unsafe object Read(ref PayloadReader reader, int number)
    {
        ulong index = reader.ReadVarint();
        if (index == 0)
        {
            return way.Read(ref reader, number);
        }

        if (!statics.IsProved)
        {
            return statics.At(index - 1);
        }

        ReadOnlySpan<byte> contents = reader.ReadSpan(reader.ReadCount(1));
        object here = statics.At(index - 1);
        if (here.GetType() == type && contents.SequenceEqual(ContentsOf(here)))
        {
            return here;
        }

        if (statics.IsOnlyOne)
        {
            throw new PayloadException($"{statics.NameOf((int)index - 1)} arrived, the one object of its kind, and the one of this process holds something else. Pass what is needed of it.");
        }

        fixed (byte* start = contents)
        {
            var apart = new PayloadReader(start, contents.Length, reader.AllowTypes);
            return way.Read(ref apart, apart.ReserveObject());
        }
    }

    private byte[] ContentsOf(object value)
    {
        var contents = new ArrayBufferWriter<byte>();
        var writer = new PayloadWriter(contents);
        try
        {
            WriteContents(writer, value);
            return contents.WrittenSpan.ToArray();
        }
        catch (PayloadException)
        {
            return [];      // it holds what cannot travel, and what arrived did not
        }
        finally
        {
            writer.ReleaseCarried();
        }
    }

    private void WriteContents(PayloadWriter writer, object value)
    {
        writer.TryAddObject(value, out _);
        way.Write(writer, value);
    }
}
