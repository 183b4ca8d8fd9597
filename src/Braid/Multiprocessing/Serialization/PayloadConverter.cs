namespace Braid.Multiprocessing;

/// <summary>A way that was given to a type from outside of it: by the user, or by us to a type of .NET.</summary>
internal abstract class PayloadConverter
{
    /// <summary>The codec of objects of the run-time type: the converter's own, or one derived from it.</summary>
    public abstract ObjectCodec ForObjects(Type type);
}

/// <inheritdoc/>
internal abstract class PayloadConverter<T> : PayloadConverter
{
    public sealed override ObjectCodec ForObjects(Type type) => new ConverterObjectCodec<T>(this, type);

    public abstract void Write(PayloadWriter writer, T value);

    public abstract T Read(ref PayloadReader reader);
}
