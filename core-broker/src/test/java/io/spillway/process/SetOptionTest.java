package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetOptionTest {
  @Test
  void aValueIsHoconWhereItParses() {
    assertEquals(1883, SetOption.parse("a.b=1883").getInt("a.b"));
    assertEquals(true, SetOption.parse("a=true").getBoolean("a"));
    assertEquals("x", SetOption.parse("a=\"x\"").getString("a"));
    assertEquals(List.of("x", "y"), SetOption.parse("a=[x, \"y\"]").getStringList("a"));
    assertEquals(2, SetOption.parse("a={b=1, c=2}").getInt("a.c"));
    assertEquals(65536, SetOption.parse("a=64KiB").getBytes("a"));
    assertEquals(true, SetOption.parse("a=null").getIsNull("a"));
  }

  @Test
  void otherwiseItIsAPlainString() {
    assertEquals("a:b", SetOption.parse("k=a:b").getString("k"));
    assertEquals("[", SetOption.parse("k=[").getString("k"));
    assertEquals("", SetOption.parse("k=").getString("k"));
    assertEquals("x=y", SetOption.parse("k=x=y").getString("k"));
    assertEquals("1\nw = 2", SetOption.parse("k=1\nw = 2").getString("k"));
    assertEquals("127.0.0.1:1884", SetOption.parse("k=127.0.0.1:1884").getString("k"));
    assertEquals("::1", SetOption.parse("k=::1").getString("k"));
    assertEquals("*", SetOption.parse("k=*").getString("k"));
  }

  @Test
  void unquotedTextIsNotCutOff() {
    assertEquals("se#cret", SetOption.parse("k=se#cret").getString("k"));
    assertEquals("http://a.example", SetOption.parse("k=http://a.example").getString("k"));
    assertEquals("a//b", SetOption.parse("k=a//b").getString("k"));
    assertEquals("a,b", SetOption.parse("k=a,b").getString("k"));
    assertEquals("a#b", SetOption.parse("k=\"a#b\"").getString("k"));
  }

  @Test
  void aNumberedKeyReplacesTheList() {
    Config defaults = ConfigFactory.parseString("to = [a, b, c]");

    Config config =
        SetOption.parse("to.1=y").withFallback(SetOption.parse("to.0=x")).withFallback(defaults);

    assertEquals(List.of("x", "y"), Settings.of(config, List.of()).texts("to"));
  }

  @Test
  void aKeyIsNeeded() {
    for (String option : List.of("", "a", "=x", "a..b=x", ".a=x")) {
      assertThrows(ConfigurationException.class, () -> SetOption.parse(option), option);
    }
  }

  @Test
  void aSecretIsNotShownWhenItsKeyIsBad() {
    ConfigurationException thrown =
        assertThrows(ConfigurationException.class, () -> SetOption.parse("a..secret=hush"));

    assertEquals(false, thrown.getMessage().contains("hush"));
  }
}
