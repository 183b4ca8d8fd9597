using System.Text;

namespace Braid.Multiprocessing;

/// <summary>What an encoding travels as.</summary>
internal sealed record EncodingForm(int CodePage, bool HasPreamble, bool IsReadOnly, EncodingForm.Fallback Encoder, EncodingForm.Fallback Decoder)
{
    public static EncodingForm Of(Encoding encoding) => new(
        encoding.CodePage,
        encoding.Preamble.Length > 0,
        encoding.IsReadOnly,
        encoding.EncoderFallback is EncoderReplacementFallback write ? new(false, write.DefaultString) : new(encoding.EncoderFallback is EncoderExceptionFallback, null),
        encoding.DecoderFallback is DecoderReplacementFallback read ? new(false, read.DefaultString) : new(encoding.DecoderFallback is DecoderExceptionFallback, null));

    public Encoding Make()
    {
        const int Utf8 = 65001;
        const int Utf16 = 1200;
        const int Utf32 = 12000;
        bool throws = Encoder.Throws && Decoder.Throws;
        Encoding encoding = CodePage switch
        {
            Utf8 => new UTF8Encoding(HasPreamble, throws),
            Utf16 or Utf16 + 1 => new UnicodeEncoding(CodePage != Utf16, HasPreamble, throws),
            Utf32 or Utf32 + 1 => new UTF32Encoding(CodePage != Utf32, HasPreamble, throws),
            _ => Encoding.GetEncoding(CodePage),
        };
        if (IsReadOnly && Of(encoding) == this)
        {
            return encoding;
        }

        encoding = (Encoding)encoding.Clone();
        if (Encoder.Throws || Encoder.Replacement is not null)
        {
            encoding.EncoderFallback = Encoder.Throws ? EncoderFallback.ExceptionFallback : new EncoderReplacementFallback(Encoder.Replacement!);
        }

        if (Decoder.Throws || Decoder.Replacement is not null)
        {
            encoding.DecoderFallback = Decoder.Throws ? DecoderFallback.ExceptionFallback : new DecoderReplacementFallback(Decoder.Replacement!);
        }

        return encoding;
    }

    /// <summary>What happens to a character that the encoding does not know; neither for what is usual in the encoding.</summary>
    internal sealed record Fallback(bool Throws, string? Replacement);
}
