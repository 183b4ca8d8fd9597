using System.Xml.Linq;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Reports;

/// <summary>A report as a page says what its text and its steps say, encodes all of it, and needs nothing else.</summary>
public sealed class HtmlPageTests
{
    private static readonly string[] s_elements =
    [
        "html", "head", "meta", "title", "style", "script", "body", "section", "h1", "h2", "p", "ul", "li", "pre", "label", "input", "div",
        "button", "select", "option", "span", "table", "thead", "tbody", "tr", "th", "td", "a", "i", "b", "code",
    ];

    private static readonly string[] s_attributes =
        ["lang", "charset", "name", "content", "http-equiv", "class", "type", "hidden", "title", "value", "aria-live", "id", "href"];

    [Fact]
    public void Names_of_a_program_are_encoded_as_text()
    {
        int count = 0;
        CheckReport report = Evil(
            () => $"<script>alert({++count})</script><b onclick='x'>\" onload=\"y\" & \u0000\u001b[0m</style></script>");
        XDocument page = Parse(report.ToHtml());
        Assert.All(page.Descendants(), static element => Assert.Contains(element.Name.LocalName, s_elements));
        Assert.All(
            page.Descendants().Attributes(),
            static attribute => Assert.True(
                s_attributes.Contains(attribute.Name.LocalName) || attribute.Name.LocalName.StartsWith("data-", StringComparison.Ordinal)));
        Assert.Single(page.Descendants("script"));
        string text = string.Concat(page.DescendantNodes().OfType<XText>().Select(static node => node.Value))
            + string.Concat(page.Descendants().Attributes().Select(static attribute => attribute.Value));
        Assert.InRange(count, 20, 100);
        Assert.All(
            Enumerable.Range(1, count),
            number => Assert.Contains($"<script>alert({number})</script>", text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_thread_may_be_called_script()
    {
        CheckReport report = Explored.Fails(Verdict.LostUpdate, static () =>
        {
            int balance = 0;
            var other = new Thread(() => balance++) { Name = "<script>alert(1)</script>" };
            other.Start();
            balance++;
            other.Join();
        });
        XDocument page = Parse(report.ToHtml());
        Assert.Single(page.Descendants("script"));
        Assert.Contains(page.Descendants("th"), static head => head.Value == "<script>alert(1)</script>");
    }

    [Fact]
    public void The_page_needs_no_network_and_allows_no_other_script()
    {
        string html = Evil(static () => "x").ToHtml();
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.Equal(["www.w3.org/2000/svg'"], html.Split("http://")[1..].Select(static rest => rest.Split(',')[0]));
        XDocument page = Parse(html);
        Assert.All(page.Descendants("a"), static link => Assert.StartsWith("#", link.Attribute("href")!.Value, StringComparison.Ordinal));
        string policy = page.Descendants("meta").Single(static meta => meta.Attribute("http-equiv") is not null)
            .Attribute("content")!.Value;
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        foreach (string element in new[] { "style", "script" })
        {
            byte[] text = System.Text.Encoding.UTF8.GetBytes(Inner(html, element));
            string hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(text));
            Assert.Contains($"{element}-src 'sha256-{hash}'", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_step_is_a_row_in_the_lane_of_its_task_or_thread_and_each_link_leads_to_a_row()
    {
        CheckReport report = Explored.Fails(Verdict.AssertionFailed, static async () =>
        {
            object gate = new();
            int number = 0;
            await Task.WhenAll(Add(), Add());
            throw new InvalidOperationException();

            async Task Add()
            {
                await Task.Yield();
                lock (gate)
                {
                    number++;
                }
            }
        });
        XDocument page = Parse(report.ToHtml());
        XElement[] rows = [.. page.Descendants("tr").Where(static row => row.Attribute("id") is not null)];
        string[] lanes = [.. page.Descendants("thead").Single().Descendants("th").Skip(1).Select(static head => head.Value)];
        Assert.Equal(report.Steps.Count, rows.Length);
        Assert.Contains(lanes, static lane => lane.EndsWith(".Add (1)", StringComparison.Ordinal));
        Assert.Contains(lanes, static lane => lane.EndsWith(".Add (2)", StringComparison.Ordinal));
        string[] ids = [.. rows.Select(static row => row.Attribute("id")!.Value)];
        foreach ((CheckStep step, XElement row) in report.Steps.Zip(rows))
        {
            XElement[] cells = [.. row.Elements("td")];
            int lane = Array.FindIndex(cells, static cell => cell.Element("div") is not null);
            Assert.StartsWith(step.Task?.Name ?? step.Thread.Name, lanes[lane], StringComparison.Ordinal);
            Assert.Equal(step.Text, ByClass(cells[lane], "text").Single().Value);
            Assert.Equal(step.Place?.Source, ByClass(cells[lane], "source").SingleOrDefault()?.Value);
            Assert.Equal(step.Links.Count, cells[lane].Descendants("a").Count());
            Assert.All(cells[lane].Descendants("a"), link => Assert.Contains(link.Attribute("href")!.Value[1..], ids));
            string[] held = [.. cells[lane].Elements("i").Select(static bar => bar.Attribute("title")!.Value.Split(" since ")[0])];
            Assert.Subset(held.ToHashSet(), step.Holds.Select(static hold => hold.Lock).ToHashSet());
            Assert.Equal(step.TakesPart, !row.Attribute("class")!.Value.Contains("other", StringComparison.Ordinal));
        }

        // A bar reaches from the row that acquires the lock to the one that releases it, and no further.
        int[] barred = [.. rows.Index().Where(static row => row.Item.Descendants("i").Any()).Select(static row => row.Index)];
        int[] holding = [.. report.Steps.Index()
            .Where(static step => step.Item.Holds.Count > 0 || step.Item.Operation == StepOperation.Release)
            .Select(static step => step.Index)];
        Assert.Equal(holding, barred.Intersect(holding));
        Assert.NotEmpty(holding);
    }

    [Fact]
    public void A_pass_is_a_page_without_lanes()
    {
        CheckReport report = Check.Run(static () =>
        {
            int number = 0;
            var other = new Thread(() => Interlocked.Increment(ref number));
            other.Start();
            Interlocked.Increment(ref number);
            other.Join();
        });
        XDocument page = Parse(report.ToHtml());
        Assert.Equal("passed", page.Descendants("h1").Single().Value);
        Assert.Empty(page.Descendants("table"));
        Assert.Contains(page.Descendants("p"), text => text.Value == report.Proves);
    }

    /// <summary>A report in which everything that a program can name has a name that must be encoded.</summary>
    private static CheckReport Evil(Func<string> name)
    {
        StepPlace Place() => new(name(), $"/{name()}", 1, name());
        CheckStep Step(int number, params StepLink[] links) => new()
        {
            Number = number,
            Thread = new StepThread(number, name()),
            Task = number == 1 ? null : new StepTask(number, name()),
            Place = Place(),
            Operation = StepOperation.Read,
            Target = name(),
            Value = name(),
            Text = name(),
            Holds = [new StepHold(name(), new StepPlace(name(), null, null, null))],
            Links = links,
        };
        return new CheckReport
        {
            Verdict = Verdict.UnhandledException,
            Sentence = name(),
            Scenario = name(),
            Details = [name()],
            Steps = [Step(1, new StepLink(StepLinkKind.Wake, 2)), Step(2)],
            Output = name(),
            Exception = new InvalidOperationException(name()),
            Notes = [name()],
            Known = [name()],
            Replay = name(),
            Schedules = 1,
            Elapsed = TimeSpan.Zero,
            Proves = name(),
            Covers = name(),
        };
    }

    private static IEnumerable<XElement> ByClass(XElement within, string name) =>
        within.Descendants().Where(element => element.Attribute("class")?.Value == name);

    /// <summary>The page without the text of its style and script, the only texts that are not encoded.</summary>
    private static XDocument Parse(string html)
    {
        foreach (string own in new[] { Inner(html, "style"), Inner(html, "script"), "<!doctype html>" })
        {
            html = html.Replace(own, "", StringComparison.Ordinal);
        }

        return XDocument.Parse(html);
    }

    private static string Inner(string html, string element) => html.Split($"<{element}>")[1].Split($"</{element}>")[0];
}
