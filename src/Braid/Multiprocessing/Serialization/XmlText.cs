using System.Reflection;
using System.Xml;
using System.Xml.Linq;

namespace Braid.Multiprocessing;

/// <summary>XML as the text that it travels as.</summary>
internal static class XmlText
{
    public const string Lossy = "its text does not hold all of it. Pass its text, or what it is made from.";

    // Where in a file it stood.
    private static readonly string[] s_notes = ["BaseUriAnnotation", "LineInfoAnnotation", "LineInfoEndElementAnnotation"];

    public static string Of(XNode node) => node.ToString(SaveOptions.DisableFormatting);

    /// <summary>Compared as text: comparing trees takes stack for each level.</summary>
    public static string? WhyNot(XContainer tree, XContainer copy) =>
        Of(tree) != Of(copy) ? Lossy
        : tree.DescendantNodes().Prepend(tree).FirstOrDefault(static node => node.Annotations<object>().Any(static note => Array.IndexOf(s_notes, note.GetType().Name) < 0)) is { } annotated
            ? $"a {annotated.NodeType} in it has annotations, or something listens to its changes, and its text does not hold that. Pass its text."
        : null;

    public static string? WhyNotOld(XmlDocument document, XmlDocument copy) =>
        document.OuterXml != copy.OuterXml ? Lossy
        : document.Schemas.Count > 0 ? "it has schemas, which its text does not hold. Pass its text, and what they are made from."
        : Array.Exists(typeof(XmlDocument).GetFields(BindingFlags.Instance | BindingFlags.NonPublic), field => field.FieldType == typeof(XmlNodeChangedEventHandler) && field.GetValue(document) is not null)
            ? "something listens to its changes, and would not hear of those over there. Pass its text."
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
