namespace Braid.Multiprocessing;

/// <summary>Turns values into bytes for another process of the family, and back.</summary>
/// <remarks>
/// <para>
/// The format is our own, between processes that run the same build of the same program; a value is written in the way of its type:
/// unmanaged data, their arrays and strings are raw copies; the collections of .NET go element by element; delegates are a method and the state they
/// hold; exceptions a description from which they are rebuilt; shared objects are handles. Objects of the program's own types travel as pickle sends
/// them: by all their fields, private ones too, without running a constructor. Identity and circles survive within one payload. Types of .NET
/// that are none of these go by System.Text.Json if it keeps all they show, and are refused otherwise: nothing is lost in silence.
/// </para>
/// <para>
/// A value begins with the stamp of its declared type: a mark of the builds of the program's assemblies that its fields come from.
/// A worker started from another build than its parent is told so instead of reading nonsense.
/// </para>
/// </remarks>
internal static class Payload
{
    /// <summary>Appends the value. After an exception what was written so far is to be thrown away, and <see cref="PayloadWriter.ReleaseCarried"/> to be called.</summary>
    /// <exception cref="PayloadException">The value cannot travel; the message names it.</exception>
    public static void Write<T>(PayloadWriter writer, T value)
    {
        try
        {
            writer.WriteVarint(BuildStamp.Of<T>());
            PayloadCodec<T>.Instance.Write(writer, value);
        }
        catch (Exception exception) when (exception is not PayloadException and not OutOfMemoryException)
        {
            throw new PayloadException($"Writing a value of type {TypeText.Of(typeof(T))} failed with {exception.GetType()}: {SafeText.MessageOf(exception)}", exception);
        }
    }

    /// <summary>Reads the next value, which was written as the same type.</summary>
    /// <exception cref="PayloadException">What arrived is damaged, comes from another build, or cannot be rebuilt here.</exception>
    public static T Read<T>(ref PayloadReader reader)
    {
        try
        {
            BuildStamp.Check(typeof(T), reader.ReadVarint(), BuildStamp.Of<T>());
            return PayloadCodec<T>.Instance.Read(ref reader);
        }
        catch (Exception exception) when (exception is not PayloadException and not OutOfMemoryException)
        {
            throw new PayloadException($"Reading a value of type {TypeText.Of(typeof(T))} failed with {exception.GetType()}: {SafeText.MessageOf(exception)}", exception);
        }
    }
}
