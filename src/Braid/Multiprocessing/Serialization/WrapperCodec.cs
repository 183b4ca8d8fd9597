namespace Braid.Multiprocessing;

/// <summary>The way of collections that are views of another one, which may be mentioned elsewhere too: they are made over it again.</summary>
internal sealed class WrapperCodec<TWrapper, TInner>(Func<TWrapper, TInner> inner, Func<TInner, TWrapper> wrap) : FilledCodec
    where TWrapper : class
    where TInner : class
{
    public override Type SetupType => typeof(TInner);

    public override void Write(PayloadWriter writer, object value) => PayloadCodec<TInner>.Instance.Write(writer, inner((TWrapper)value));

    public override object ReadSetup(ref PayloadReader reader) => PayloadCodec<TInner>.Instance.Read(ref reader) ?? throw PayloadException.Damaged($"a {TypeText.Of(typeof(TWrapper))} came without what it shows");

    public override void Fill(ref PayloadReader reader, object collection)
    {
    }

    protected override object Make(object? setup) => wrap((TInner)setup!);
}
