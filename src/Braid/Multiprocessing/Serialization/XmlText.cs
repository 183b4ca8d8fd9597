using System.Xml;
using System.Xml.Linq;

namespace Braid.Multiprocessing;

/// <summary>XML as the text that it travels as.</summary>
internal static class XmlText
{
    public const string Lossy = "its text does not hold all of it. Pass its text, or what it is made from.";

    public static string Of(XNode node) => node.ToString(SaveOptions.DisableFormatting);

    /// <summary>Compared as text: comparing trees takes stack for each level.</summary>
    public static string? WhyNot(XContainer tree, XContainer copy) =>
        Of(tree) != Of(copy) ? Lossy
        : tree.DescendantNodes().Prepend(tree).FirstOrDefault(static node => node.Annotations<object>().Any(static note => note.GetType().IsVisible)) is { } annotated
            ? $"a {annotated.NodeType} in it is annotated with objects, which its text does not hold. Remove the annotations, or pass its text."
        : null;

    public static XDocument MakeDocument((string Text, string? Declaration) form)
    {
        XDocument document = form.Text.Length == 0 ? new XDocument() : XDocument.Parse(form.Text, LoadOptions.PreserveWhitespace);
        document.Declaration = form.Declaration is null ? null : XDocument.Parse(form.Declaration + "<a/>").Declaration;
        return document;
    }

    public static XmlDocument MakeOldDocument((string Text, bool PreservesWhitespace) form)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        if (form.Text.Length > 0)
        {
            document.LoadXml(form.Text);
        }

        document.PreserveWhitespace = form.PreservesWhitespace;
        return document;
    }
}
