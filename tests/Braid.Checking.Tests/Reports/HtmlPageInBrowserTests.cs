using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Reports;

/// <summary>The page of a report in a browser: stepped through, filtered, with its arrows.</summary>
public sealed class HtmlPageInBrowserTests
{
    private const int ArrowUp = 38;
    private const int ArrowDown = 40;
    private const string Now = "document.querySelector('.step.now')?.id";
    private const string Shown = "[...document.querySelectorAll('.step')].filter(row => row.offsetParent).length";

    [Fact]
    public async Task A_report_can_be_clicked_through()
    {
        string? program = Chromium.Find();
        Assert.SkipWhen(program is null, "No Chromium is installed: this test opens the page in one (Debian: apt-get install chromium).");
        CancellationToken token = TestContext.Current.CancellationToken;
        CheckReport report = Explored.Fails(Verdict.Deadlock, StepsTests.TakeInOppositeOrder);
        string file = Path.Combine(Directory.CreateTempSubdirectory("braid-page-").FullName, "report.html");
        await File.WriteAllTextAsync(file, report.ToHtml(), token);
        await using Chromium browser = await Chromium.Open(program!, new Uri(file), token);

        // At first the page shows the steps that take part, with an arrow (a line and a tip) for each link between two of them.
        CheckStep[] part = [.. report.Steps.Where(static step => step.TakesPart)];
        int[] numbers = [.. part.Select(static step => step.Number)];
        int arrows = part.Sum(step => step.Links.Count(link => numbers.Contains(link.Step)));
        Assert.True(arrows > 0 && part.Length < report.Steps.Count, report.ToString());
        Assert.Equal($"{part.Length}", await browser.Evaluate(Shown, token));
        Assert.Equal($"{2 * arrows}", await browser.Evaluate("document.querySelectorAll('svg path').length", token));

        // Buttons and keys move from step to step, and stop at the ends.
        await browser.Click(".forward", token);
        Assert.Equal($"r1s{numbers[0]}", await browser.Evaluate(Now, token));
        await browser.Press("ArrowDown", ArrowDown, token);
        Assert.Equal($"r1s{numbers[1]}", await browser.Evaluate(Now, token));
        string state = await browser.Evaluate("document.querySelector('.state').textContent", token);
        Assert.Contains(part[1].Text, state, StringComparison.Ordinal);
        await browser.Press("ArrowUp", ArrowUp, token);
        await browser.Press("ArrowUp", ArrowUp, token);
        Assert.Equal($"r1s{numbers[0]}", await browser.Evaluate(Now, token));
        await browser.Click(".last", token);
        Assert.Equal($"r1s{numbers[^1]}", await browser.Evaluate(Now, token));
        await browser.Click(".forward", token);
        Assert.Equal($"r1s{numbers[^1]}", await browser.Evaluate(Now, token));
        await browser.Click($"#r1s{numbers[1]} .text", token);
        Assert.Equal($"r1s{numbers[1]}", await browser.Evaluate(Now, token));
        Assert.NotEqual("0", await browser.Evaluate("document.querySelectorAll('svg path.now').length", token));

        // All steps; those on one object; and the first view again.
        await browser.Click(".all", token);
        Assert.Equal($"{report.Steps.Count}", await browser.Evaluate(Shown, token));
        string target = part[^1].Target;
        await browser.Evaluate($"(s => (s.value = '{target}', s.onchange()))(document.querySelector('select'))", token);
        Assert.Equal($"{report.Steps.Count(step => step.Target == target)}", await browser.Evaluate(Shown, token));
        await browser.Evaluate("(s => (s.value = '', s.onchange()))(document.querySelector('select'))", token);
        await browser.Click(".all", token);
        Assert.Equal($"{part.Length}", await browser.Evaluate(Shown, token));

        // The policy of the page keeps other scripts out.
        const string other = "document.body.append(Object.assign(document.createElement('script'), { text: 'window.other = 1' }))";
        await browser.Evaluate(other, token);
        Assert.Equal("undefined", await browser.Evaluate("window.other", token));
    }
}
