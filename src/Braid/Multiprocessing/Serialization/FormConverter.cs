namespace Braid.Multiprocessing;

/// <summary>A type that travels as a value of another type, its form, which goes its own way.</summary>
/// <param name="pack">The form of a value.</param>
/// <param name="unpack">The value made from its form.</param>
/// <param name="whyNot">For forms that do not hold all that a value may be: what a copy lacks of this value, given the value and the copy; null when it lacks nothing.</param>
internal sealed class FormConverter<T, TForm>(Func<T, TForm> pack, Func<TForm, T> unpack, Func<T, T, string?>? whyNot = null) : PayloadConverter<T>
{
    public override void Write(PayloadWriter writer, T value)
    {
        PayloadCodec<TForm>.Instance.Write(writer, FormOf(value));
    }

    public override T Read(ref PayloadReader reader) => unpack(PayloadCodec<TForm>.Instance.Read(ref reader));

    private TForm FormOf(T value)
    {
        try
        {
            TForm form = pack(value);
            return whyNot?.Invoke(value, unpack(form)) is { } reason ? throw PayloadException.CannotTravel(value!.GetType(), reason) : form;
        }
        catch (Exception exception) when (exception is not PayloadException and not OutOfMemoryException)
        {
            throw PayloadException.CannotTravel(value!.GetType(), $"making its form failed with {exception.GetType()}: {SafeText.MessageOf(exception)}", exception);
        }
    }
}
