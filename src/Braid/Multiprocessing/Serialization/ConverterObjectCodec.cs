namespace Braid.Multiprocessing;

/// <summary>The way of objects whose type, or a base of it, has a converter.</summary>
/// <param name="converter">The converter.</param>
/// <param name="type">The run-time type of the objects.</param>
internal sealed class ConverterObjectCodec<T>(PayloadConverter<T> converter, Type type) : ObjectCodec
{
    private readonly Type _visible = Origin.VisibleType(type);

    public override void Write(PayloadWriter writer, object value) => converter.Write(writer, (T)value);

    /// <summary>A converter of a base class may know nothing of what a derived one adds: an object of the base class is not what was sent.</summary>
    public override object Read(ref PayloadReader reader, int number)
    {
        object value = converter.Read(ref reader)
            ?? throw new PayloadException($"The converter registered for {TypeText.Of(typeof(T))} returned null. Nulls do not come to it; let it return an object.");
        return _visible.IsInstanceOfType(value) ? value : throw new PayloadException(
            $"The converter registered for {TypeText.Of(typeof(T))} made a {TypeText.Of(value.GetType())} of what was sent as a {TypeText.Of(type)}. Register a converter for {TypeText.Of(_visible)} too.");
    }
}
